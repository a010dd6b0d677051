@testable import Lake
import LakeTestSupport
@testable import Quarantine
import Testing

/// The file that a steward edits: what is written, what spreadsheets make of it, what is read.
@Suite("Quarantine CSV")
struct QuarantineCSVTests {
    @Test("CSV keeps NULL, empty texts, quotes and line breaks apart")
    func csv() throws {
        let cells: [String?] = [nil, "", "a,b", "say \"x\"", "two\r\nlines", " padded ", "plain"]
        let line = QuarantineCSV.line(cells)
        let parsed = try QuarantineCSV.read(Array((line + line).utf8), subject: "t")
        #expect(parsed.lines.map(\.cells) == [cells, cells])
        #expect(throws: LakeError.self) {
            try QuarantineCSV.read(Array("a,\"b\nc".utf8), subject: "t")
        }
        #expect(throws: LakeError.self) {
            try QuarantineCSV.read(Array("a,\"b\"c\n".utf8), subject: "t")
        }
    }

    @Test(
        "no text begins as a spreadsheet's formula does, and each comes back as it was",
        arguments: [
            "=1+1", "+44 20", "-5", "@SUM(A1)", "\tx", "\r", "'=x", "''-x", "'quoted'", "", "'",
            "plain", "a=b", "é", "-249.50",
        ])
    func formulas(text: String) throws {
        let guarded = QuarantineCSV.guarded(text)
        #expect(guarded.first.map { !"=+-@\t\r".contains($0) } ?? true)
        #expect(QuarantineCSV.unguarded(guarded) == text)
        let line = QuarantineCSV.line(["a", guarded])
        let parsed = try QuarantineCSV.read(Array(line.utf8), subject: "t")
        #expect(parsed.lines.map(\.cells) == [["a", guarded]])
    }

    @Test("semicolons and tabs of other languages' spreadsheets are read as commas are")
    func separators() throws {
        for mark in [",", ";", "\t"] {
            let text = "\u{FEFF}quarantine_id\(mark)name\r\n1\(mark)\"a,b;c\td\"\r\n"
            let parsed = try QuarantineCSV.read(Array(text.utf8), subject: "t")
            let cells = parsed.lines.map(\.cells)
            #expect(cells == [["quarantine_id", "name"], ["1", "a,b;c\td"]], "\(mark)")
        }
        let single = try QuarantineCSV.read(Array("quarantine_id\n1\n".utf8), subject: "t")
        #expect(single.lines.map(\.cells) == [["quarantine_id"], ["1"]])
    }

    @Test("a file in another encoding is refused before a wrong letter becomes data")
    func encoding() {
        let error = #expect(throws: LakeError.self) {
            try QuarantineCSV.read(Array("id,name\n1,".utf8) + [0xC9, 0x6C, 10], subject: "f.csv")
        }
        #expect(error?.subject == "f.csv" && error?.message.contains("UTF-8") == true)
    }

    @Test("an error names the line it is on, lines within quotes counted")
    func lines() {
        let error = #expect(throws: LakeError.self) {
            try QuarantineCSV.read(Array("a,b\n\"x\ny\",1\n\"p\"q,2\n".utf8), subject: "t")
        }
        #expect(error?.message.contains("line 4") == true)
    }

    @Test("lines without a value are left out and counted; the others keep their numbers")
    func blankLines() throws {
        let text = "\r\nid;a\r\n\r\n;\r\n1;\"x\ny\"\r\n \t; \r\n2;z"
        let read = try QuarantineCSV.read(Array(text.utf8), subject: "t")
        #expect(read.lines.map(\.number) == [2, 5, 8])
        #expect(read.blankLineCount == 4 && read.separator == UInt8(ascii: ";"))
    }

    @Test("a separator within a quoted title does not count")
    func quotedTitle() throws {
        let read = try QuarantineCSV.read(Array("id,\"a;b;c\"\n1,2\n".utf8), subject: "t")
        #expect(read.lines.map(\.cells) == [["id", "a;b;c"], ["1", "2"]])
    }

    @Test("UTF-16 that says so is read, as spreadsheets write it between tabs")
    func utf16() throws {
        let units = Array("id\tname\r\n1\t漢🙂é\r\n".utf16)
        let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for bytes in [[0xFF, 0xFE] + little, [0xFE, 0xFF] + big] {
            let read = try QuarantineCSV.read(bytes, subject: "t")
            #expect(read.lines.map(\.cells) == [["id", "name"], ["1", "漢🙂é"]])
        }
        // Half a character.
        #expect(throws: LakeError.self) {
            try QuarantineCSV.read([0xFF, 0xFE, 0x3D, 0xD8], subject: "t")
        }
    }
}
