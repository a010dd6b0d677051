import Columnar
import CommandLine
import Config
import Storage

/// The time zones of this machine, as the package tzdata brings them.
enum SystemZones {
    private static let folder = "/usr/share/zoneinfo"

    /// The zone called `name`, or nil when there is none.
    static func zone(_ name: String) -> ZoneRules? {
        guard ZoneRules.isName(name) else { return nil }
        let storage = PosixStorage(root: folder)
        guard let bytes = try? storage.read(name) else { return nil }
        return ZoneRules(name: name, file: bytes)
    }

    /// The zone that the configuration names at `subject`: an offset or an IANA name.
    static func configured(_ choice: Configuration.ZoneChoice, _ subject: String)
        throws(Failure) -> ZoneRules
    {
        if let minutes = choice.offsetMinutes {
            return ZoneRules(name: choice.name, offsetSeconds: Int64(minutes) * 60)
        }
        if let rules = zone(choice.name) { return rules }
        let isMissing = zone("Etc/UTC") == nil
        throw Failure(
            code: "configuration", operation: "read time zone", subject: subject,
            message: isMissing
                ? "The time zone '\(choice.name)' cannot be read: this machine has no \(folder)."
                : "There is no time zone '\(choice.name)' in \(folder).",
            hint: isMissing
                ? "Install the package tzdata, or write an offset such as \"+05:30\"."
                : "Write an IANA name as the machine spells it, for example Europe/Berlin, or an "
                    + "offset such as \"+05:30\".",
            exitCode: .usage)
    }
}
