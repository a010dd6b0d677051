public import Columnar
import Source

/// Whose clock writes a DATETIME watermark (`watermark_zone`).
public enum WatermarkZone: Hashable, Sendable {
    /// The server's own zone; what lies within its distance from UTC is read again, because
    /// applications often write UTC instead.
    case auto
    /// The server's own zone.
    case server
    /// A zone that the operator names.
    case zone(ZoneRules)
}

/// The clock that writes the watermark of one table: turns instants into what a DATETIME column
/// is compared with, and tells how far below the last bound later rows may carry their times.
///
/// A row that the last snapshot did not show was written after the last bound; a clock that stands
/// `o` east of UTC gives it a time after the bound + o. So what is read again below the bound is
/// the difference between the bound's offset and the smallest offset of any clock in question:
/// zero for UTC, the step by which the zone's clocks are set back, and for `auto` UTC's own and,
/// on a server that is not in UTC, that of a client anywhere.
/// Times are microseconds. A TIMESTAMP column is UTC on the wire and needs none of this.
struct WatermarkClock {
    let rules: ZoneRules
    /// How far the clock may be set back.
    let step: Int64
    /// Whether others may write UTC.
    let mayBeUTC: Bool
    /// Whether the column is a DATETIME.
    let isZoned: Bool

    /// A zone that is known by its present offset alone may have summer time.
    private static let assumedStep: Int64 = 3600 * 1_000_000

    /// The zone furthest west of UTC.
    private static let westmost: Int64 = -12 * 3600 * 1_000_000

    /// The clock of a column that the session reads in UTC.
    static let utc = WatermarkClock(rules: .utc, step: 0, mayBeUTC: false, isZoned: false)

    private init(rules: ZoneRules, step: Int64, mayBeUTC: Bool, isZoned: Bool) {
        self.rules = rules
        self.step = step
        self.mayBeUTC = mayBeUTC
        self.isZoned = isZoned
    }

    /// The clock of a DATETIME column. `zones` finds IANA names.
    init(
        _ choice: WatermarkZone, _ server: ServerZone, now: Int64,
        zones: (String) -> ZoneRules?
    ) {
        let seconds = now.dividedFloor(by: 1_000_000)
        let measured = ZoneRules(name: server.name, offsetSeconds: server.offsetSeconds)
        let isAuto = choice == .auto
        if case .zone(let rules) = choice {
            self.init(
                rules: rules, step: rules.stepBack(near: seconds) * 1_000_000, mayBeUTC: false,
                isZoned: true)
        } else if server.isFixed {
            self.init(rules: measured, step: 0, mayBeUTC: isAuto, isZoned: true)
        } else if let rules = zones(server.name), rules.offset(at: seconds) == server.offsetSeconds
        {
            self.init(
                rules: rules, step: rules.stepBack(near: seconds) * 1_000_000, mayBeUTC: isAuto,
                isZoned: true)
        } else {
            self.init(
                rules: measured, step: WatermarkClock.assumedStep, mayBeUTC: isAuto, isZoned: true)
        }
    }

    /// How far east of UTC the clock stands at `instant`.
    func offset(at instant: Int64) -> Int64 {
        rules.offset(at: instant.dividedFloor(by: 1_000_000)) * 1_000_000
    }

    /// What the clock shows at `instant`, as if it were UTC.
    func shown(at instant: Int64) -> Int64 { instant + offset(at: instant) }

    /// How far below what a clock at `lowOffset` showed at the last bound rows may be dated that
    /// were written later, by a clock that now stands at `offset`.
    func reach(from lowOffset: Int64, to offset: Int64) -> Int64 {
        // On a server in UTC everybody is taken to write UTC; elsewhere a client may be anywhere.
        let isElsewhere = mayBeUTC && (lowOffset != 0 || offset != 0)
        let others =
            isElsewhere
            ? max(abs(lowOffset), abs(offset), lowOffset - WatermarkClock.westmost) : 0
        return others + max(step, lowOffset - offset)
    }

    /// Whether the last bound was taken in a clock so far ahead of this one that no step of the
    /// zone explains it: rows may have been left behind for longer than any reach.
    func isBehind(_ lowOffset: Int64, _ offset: Int64) -> Bool { lowOffset - offset > step }

    /// What it costs each run, in words; nil when it costs nothing.
    func cost(at now: Int64) -> String? {
        let offset = offset(at: now)
        let again = reach(from: offset, to: offset)
        guard isZoned, again > 0 else { return nil }
        let hours = Double(again) / 3_600_000_000
        let text = hours == hours.rounded() ? String(Int(hours)) : String(hours)
        return "each run reads again what is dated up to \(text) h below the last bound "
            + "(watermark_zone: its clock is \(rules.name)"
            + (mayBeUTC ? " or another's)" : ")")
    }
}
