import Columnar
import Config
import Storage

/// The clock on the wall: times as the people before this machine read them.
struct LocalZone {
    private let rules: ZoneRules

    init(_ rules: ZoneRules) { self.rules = rules }

    /// As the variable TZ says, else the machine's own; UTC where neither can be read.
    static func here() -> LocalZone {
        if var name = ConfigFile.environment("TZ"), !name.isEmpty {
            if name.hasPrefix(":") { name.removeFirst() }
            let rules = name.hasPrefix("/") ? read(name) : SystemZones.zone(name)
            return LocalZone(rules ?? .utc)
        }
        return LocalZone(read("/etc/localtime") ?? .utc)
    }

    private static func read(_ path: String) -> ZoneRules? {
        guard let bytes = try? PosixStorage().read(path) else { return nil }
        return ZoneRules(name: path, file: bytes)
    }

    /// `2026-01-31 13:30 UTC+01:00`.
    func minute(_ microseconds: Int64) -> String {
        let offset = offset(microseconds)
        let text = Timestamp.text(
            microseconds: microseconds + offset * 1_000_000, fractionDigits: 0, separator: " ",
            suffix: "")
        return text.dropLast(3) + " UTC" + LocalZone.text(offset)
    }

    /// `2026-01-31`.
    func day(_ microseconds: Int64) -> String {
        let local = microseconds + offset(microseconds) * 1_000_000
        return CivilDate(
            daysSinceEpoch: Int(local.dividedFloor(by: Timestamp.microsecondsPerDay))
        ).text
    }

    private func offset(_ microseconds: Int64) -> Int64 {
        rules.offset(at: microseconds.dividedFloor(by: 1_000_000))
    }

    /// `+01:00`; nothing for none.
    private static func text(_ offset: Int64) -> String {
        if offset == 0 { return "" }
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = abs(offset) / 60
        return (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
    }
}
