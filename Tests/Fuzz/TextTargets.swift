import Columnar
import Config
import JSON
import Profile
@testable import Quarantine
import Transform

/// Readers of text that people and other programs write.
enum TextTargets {
    /// What is parsed is written and parsed again as the same.
    static func json(_ input: [UInt8]) {
        guard let value = try? JSONValue(parsing: input) else { return }
        guard let again = try? JSONValue(parsing: Array(value.description.utf8)) else {
            violated("what was written cannot be parsed")
        }
        if again != value { violated("another value comes back") }
    }

    /// A configuration, or problems with a place and a text each.
    static func config(_ input: [UInt8]) {
        do throws(ConfigError) {
            _ = try Configuration.parse(input, file: "agent.conf", folder: "/etc/sluice")
        } catch {
            if error.message.isEmpty { violated("an error without a text") }
        }
    }

    /// A line that was read is written and read again as the same.
    static func csv(_ input: [UInt8]) {
        guard let text = try? QuarantineCSV.read(input, subject: "fixes.csv") else { return }
        for line in text.lines {
            let written = "h,h,h,h,h,h,h,h,h,h,h\n" + QuarantineCSV.line(line.cells)
            let again = try? QuarantineCSV.read(Array(written.utf8), subject: "fixes.csv")
            if again?.lines.last?.cells != line.cells { violated("other cells come back") }
        }
    }

    /// The texts beside a row of bronze, as `init` reads them.
    static func invalid(_ input: [UInt8]) {
        let schema = Schema([Field("a", .integer), Field("_sluice_invalid", .string)])
        var texts = ByteVector()
        let rows = input.split(separator: 10, omittingEmptySubsequences: false).prefix(100)
        for row in rows { texts.append(row) }
        let batch = RecordBatch(
            schema: schema,
            columns: [
                Column(.integer, storage: .int32([Int32](repeating: 1, count: rows.count))),
                Column(.string, storage: .bytes(texts)),
            ])
        var profile = TableProfile(now: 0)
        profile.add(batch)
    }

    /// A file of the zone database: offsets that some clock has had, at any instant.
    static func zone(_ input: [UInt8]) {
        guard let rules = ZoneRules(name: "Europe/Fuzz", file: input) else { return }
        var cursor = ZoneCursor(rules)
        // The years that a DATETIME can have, and those around them.
        for instant in [-62_167_219_200, -1, 0, 1_700_000_000, 253_402_300_800] as [Int64] {
            _ = rules.offset(at: instant)
            _ = rules.stepBack(near: instant)
            _ = rules.leastOffset(before: instant)
            _ = cursor.utc(ofLocal: instant * 1_000_000)
        }
    }
}
