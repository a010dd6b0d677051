@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
import Testing

/// What a steward's file changes, what of it is not taken, and what is wrong with it.
@Suite("Fixes of a file")
struct QuarantineFixesTests {
    private typealias Order = QuarantineLake.Order

    /// Four open rows: 1 and 4 with a strange status, 2 to 4 with a bad quantity.
    private func lake() throws -> QuarantineLake {
        let lake = try QuarantineLake()
        try lake.run([
            lake.events([
                Order(1, "odd", 1, 10_123_456), Order(2, "new", -1, 11), Order(3, "new", -2, 12),
                Order(4, "odd", 0, 13),
            ])
        ])
        return lake
    }

    @Test("every problem is told at once, each with its line")
    func problems() throws {
        let lake = try lake()
        let ids = try lake.rows().map(\.id)
        let text = """
            quarantine_id,id,qty,price,at,comment
            \(ids[0]),1,many,0.05,1970-01-01T00:00:10.123456Z,
            \(ids[1]),2,3,"1,05",31/01/2026,
            ,3,1,,,
            ffff,3,1,,,

            \(ids[2]),3,2147483648,1.055,2026-02-30,
            \(ids[2]),3,1,0.25,1970-01-01T00:00:00.000012Z,
            \(ids[3]),4,5,6,1970-01-01T00:00:00.000013Z,,7

            """
        let error = try #require(throws: LakeError.self) { try lake.fixes(text) }
        #expect(error.code == .configuration && error.subject == "f.csv")
        let lines = error.message.split(separator: "\n").map(String.init)
        #expect(lines.count == 11, "\(error.message)")
        #expect(lines[0] == "10 problems; nothing was changed")
        for (line, parts) in zip(
            lines.dropFirst(),
            [
                ["line 2, column qty: \"many\"", "wanted: a whole number from -2147483648"],
                ["line 3, column price: \"1,05\"", "wanted: 1234.50 (at most 8 digits before"],
                ["line 3, column at: \"31/01/2026\"", "wanted: YYYY-MM-DD HH:MM:SS"],
                ["line 4, the row has no quarantine_id"],
                ["line 5, there is no quarantined row ffff in orders"],
                ["line 7, column qty: \"2147483648\""], ["line 7, column price: \"1.055\""],
                ["line 7, column at: \"2026-02-30\""],
                ["line 8, row \(ids[2]) stands twice, in line 7 too"],
                ["line 9, row \(ids[3]) has 7 values, the header 6"],
            ])
        {
            for part in parts { #expect(line.contains(part), "\(line)") }
        }
    }

    @Test("a single problem is one sentence")
    func oneProblem() throws {
        let lake = try lake()
        let id = try lake.rows()[0].id
        for (text, part) in [
            ("quarantine_id,qty\n\(id),2,3\n", "line 2, row \(id) has 3 values, the header 2"),
            ("quarantine_id,qtty\n\(id),2\n", "line 1, there is no column \"qtty\"; is it qty?"),
            ("qty\n2\n", "no column quarantine_id"),
            ("quarantine_id,qty,qty\n\(id),2,3\n", "the column \"qty\" stands twice"),
        ] {
            let error = try #require(throws: LakeError.self) { try lake.fixes(text) }
            #expect(error.message.contains(part), "\(error.message)")
            #expect(!error.message.contains("\n"))
        }
    }

    @Test("blank lines, comments and columns without a title are ignored, with a note")
    func comments() throws {
        let lake = try lake()
        let id = try lake.rows()[1].id
        let text = [
            "quarantine_id; qty ;comment;statuss;;status", "",
            "\(id); 7 ;asked Bo;x;y;NEW", ";;;;;",
        ].joined(separator: "\r\n")
        let fixes = try lake.fixes(text)
        #expect(fixes.rows == [id: ["qty": "7"]])
        #expect(
            fixes.notes == [
                "Column 5 has no title and is ignored.",
                "The columns \"comment\", \"statuss\" are none of orders and are ignored.",
                "2 blank lines are ignored.",
            ])
    }

    @Test("what a spreadsheet makes of values that nobody changed is no correction")
    func untouched() throws {
        let lake = try lake()
        let ids = try lake.rows().map(\.id)
        let text = """
            quarantine_id;id;status;qty;price;at
            \(ids[0]);1,0;ODD;1;0,05;01.01.1970 0:00:10
            \(ids[1]);2;NEW;-1;1,05;1970-01-01 00:00
            \(ids[2]);3;NEW;-2,00;2.05;
            \(ids[3])

            """
        // A time that is emptied is NULL; values missing at the end of a line are a problem.
        let error = try #require(throws: LakeError.self) { try lake.fixes(text) }
        #expect(error.message.contains("line 5, row \(ids[3]) has 1 values, the header 6"))
        let fixes = try lake.fixes(text.replacing("\(ids[3])\n", with: ""))
        #expect(fixes.rows == [ids[0]: [:], ids[1]: [:], ids[2]: ["at": String?.none]])
        #expect(
            fixes.notes == ["2 cells of at lost digits in the spreadsheet; the full values stay."])
    }

    @Test("rows that were decided before are counted and left as they are")
    func decidedBefore() throws {
        let lake = try lake()
        let ids = try lake.rows().map(\.id)
        let decision = QuarantineDecision(who: "ann", at: RuleSamples.now, note: "test data")
        _ = try lake.steward.discard(.ids([ids[0]]), decision)
        _ = try lake.steward.waive(.ids([ids[1]]), until: nil, decision)
        let text = "quarantine_id,qty\n" + ids.map { "\($0),5\n" }.joined()
        let fixes = try lake.fixes(text)
        #expect(fixes.decided == [.discarded: 1, .waived: 1] && fixes.decidedCount == 2)
        #expect(fixes.ids == [ids[2], ids[3]] && fixes.corrected == ["qty": 2])
        // A bad cell of a decided row holds nothing up.
        let other = try lake.fixes("quarantine_id,qty\n\(ids[0]),many\n\(ids[2]),5\n")
        #expect(other.rows == [ids[2]: ["qty": "5"]])
    }

    @Test("a computed column cannot be corrected, the columns it is made of can")
    func computed() throws {
        var lake = try QuarantineLake()
        lake.entity.clean = [CleanSpec(column: "gross", expression: .init(text: "price * qty"))]
        try lake.run([lake.events([Order(1, "new", -1, 10)])])
        let id = try lake.rows()[0].id
        let error = try #require(throws: LakeError.self) {
            try lake.fixes("quarantine_id,gross\n\(id),5\n")
        }
        #expect(error.message.contains("column gross: it is computed by 'clean'"))
        let fixes = try lake.fixes("quarantine_id,gross,qty\n\(id),-0.05,5\n")
        #expect(fixes.rows == [id: ["qty": "5"]])
    }
}
