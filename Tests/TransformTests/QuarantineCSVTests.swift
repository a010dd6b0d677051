import LakeTestSupport
import Testing
import Transform

/// The file that a steward edits: what is written, what spreadsheets make of it, what is read.
@Suite("Quarantine CSV")
struct QuarantineCSVTests {
    @Test("CSV keeps NULL, empty texts, quotes and line breaks apart")
    func csv() throws {
        let cells: [String?] = [nil, "", "a,b", "say \"x\"", "two\r\nlines", " padded ", "plain"]
        let line = QuarantineCSV.line(cells)
        let parsed = try QuarantineCSV.parse(Array((line + line).utf8), subject: "t")
        #expect(parsed == [cells, cells])
        #expect(throws: TransformError.self) {
            try QuarantineCSV.parse(Array("a,\"b\nc".utf8), subject: "t")
        }
        #expect(throws: TransformError.self) {
            try QuarantineCSV.parse(Array("a,\"b\"c\n".utf8), subject: "t")
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
        let parsed = try QuarantineCSV.parse(Array(line.utf8), subject: "t")
        #expect(parsed == [["a", guarded]])
    }

    @Test("semicolons and tabs of other languages' spreadsheets are read as commas are")
    func separators() throws {
        for mark in [",", ";", "\t"] {
            let text = "\u{FEFF}quarantine_id\(mark)name\r\n1\(mark)\"a,b;c\td\"\r\n"
            let parsed = try QuarantineCSV.parse(Array(text.utf8), subject: "t")
            #expect(parsed == [["quarantine_id", "name"], ["1", "a,b;c\td"]], "\(mark)")
        }
        let single = try QuarantineCSV.parse(Array("quarantine_id\n1\n".utf8), subject: "t")
        #expect(single == [["quarantine_id"], ["1"]])
    }

    @Test("a file in another encoding is refused before a wrong letter becomes data")
    func encoding() {
        let error = #expect(throws: TransformError.self) {
            try QuarantineCSV.parse(Array("id,name\n1,".utf8) + [0xC9, 0x6C, 10], subject: "f.csv")
        }
        #expect(error?.subject == "f.csv" && error?.message.contains("UTF-8") == true)
    }

    @Test("an error names the line it is on, lines within quotes counted")
    func lines() {
        let error = #expect(throws: TransformError.self) {
            try QuarantineCSV.parse(Array("a,b\n\"x\ny\",1\n\"p\"q,2\n".utf8), subject: "t")
        }
        #expect(error?.message.contains("line 4") == true)
    }

    @Test("a file that names a row twice, or one that is not there, is refused with its id")
    func rows() throws {
        let lake = try QuarantineLake()
        try lake.run([lake.events([QuarantineLake.Order(1, "odd", 1, 10)])])
        let id = try lake.rows()[0].id
        for (text, part) in [
            ("quarantine_id,qty\n\(id),2\n\(id),3\n", "twice"),
            ("quarantine_id,qty\nffff,2\n", "no quarantined row ffff"),
            ("quarantine_id,qty\n\(id),2,3\n", "\(id) has 3 values"),
            ("quarantine_id,qty\n,2\n", "no quarantine_id"),
            ("quarantine_id,qtty\n\(id),2\n", "\"qtty\""), ("qty\n2\n", "quarantine_id"),
        ] {
            let error = #expect(throws: TransformError.self) {
                try lake.steward.fixes(fromCSV: Array(text.utf8))
            }
            #expect(error?.message.contains(part) == true, "\(text): \(error?.message ?? "")")
        }
    }
}
