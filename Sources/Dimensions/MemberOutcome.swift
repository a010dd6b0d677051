import Columnar
import Delta
import Events
import Keys
import Lake
import Pipeline
import Tables
import Work

/// What becomes of the members that a run touches: all that is known of each is laid out anew, and
/// compared with what the table has.
struct MemberOutcome {
    let name: String
    let layout: DimensionLayout
    var intake: MemberIntake
    private(set) var plan = DimensionPlan()
    /// Events for the journal.
    private(set) var unrecorded: [MemberEvent] = []
    private(set) var report: DimensionReport
    private var violation: String?
    /// Members of which a complete snapshot holds rows that were set aside, perhaps beside others.
    private var contested: Set<Int32> = []
    /// Members whose open version is taken back.
    private var failing: Set<Int32> = []
    /// Members from here on were added because a complete snapshot lacks them.
    private var missingFrom = Int32.max

    init(name: String, layout: DimensionLayout, intake: MemberIntake) {
        self.name = name
        self.layout = layout
        self.intake = intake
        report = DimensionReport()
        report.duplicates = intake.ignoredDeletes
    }

    // MARK: Complete snapshots

    /// Finds the open members that the snapshot does not hold; throws `.refused` when they are too
    /// many (S21, S22).
    mutating func takePresence(
        _ complete: CompleteSnapshot, _ history: MemberHistory?, _ spec: DimensionSpec
    ) throws(LakeError) {
        for batch in complete.others {
            for hash in intake.hasher.keys(batch, layout.key) {
                let (member, isNew) = intake.index.place(hash)
                if !isNew { contested.insert(Int32(member)) }
            }
        }
        for batch in complete.failing {
            for hash in intake.hasher.keys(batch, layout.key) {
                failing.insert(Int32(intake.index.place(hash).index))
            }
        }
        missingFrom = Int32(intake.index.count)
        guard spec.closesDeleted, let history else { return }
        let found: (missing: Int, open: Int)
        do {
            found = try history.missing(&intake.index, takesClosed: intake.options.isRebuild)
        } catch {
            throw LakeError(lake: error)
        }
        let guarding = DeleteGuard(
            subject: "dimension \(name)", counted: "open members",
            maxPercent: spec.maxDeletePercent, isAccepted: intake.options.acceptsDeletes)
        try guarding.check(
            missing: Int64(found.missing), of: Int64(found.open), isEmpty: missingFrom == 0)
        report.missingMembers = found.missing
    }

    // MARK: Decisions

    private static let threads = 2
    /// Members are decided about in portions of so many.
    private static let portionMembers: Int32 = 16_384

    /// Lays every touched member out, each thread its share of them.
    mutating func decide(
        _ versions: [MemberVersion], _ known: [MemberEvent], _ batches: [EventBatch],
        _ complete: CompleteSnapshot?
    ) {
        let count = Int32(intake.index.count)
        let events = MemberEvents(
            given: intake.events.grouped(Int(count)) { $0.member },
            noted: known.grouped(Int(count)) { $0.member },
            had: versions.grouped(Int(count)) { $0.member },
            missingFrom: missingFrom, observedAt: complete?.observedAt,
            isRebuild: intake.options.isRebuild, hasUnsequenced: intake.hasUnsequenced,
            contested: contested, failing: failing)
        let rules = TimelineRules(
            kind: intake.options.kind, tieBreak: intake.options.tieBreak, loose: intake.loose)
        let portions = stride(from: 0, to: count, by: Int(MemberOutcome.portionMembers)).map {
            $0..<min($0 + MemberOutcome.portionMembers, count)
        }
        let decided = concurrentMap(portions, threads: MemberOutcome.threads) { members in
            var decisions = MemberDecisions(rules)
            for member in members { decisions.decide(member, events) }
            return decisions
        }
        for decisions in decided { take(decisions, batches) }
    }

    private mutating func take(_ decisions: MemberDecisions, _ batches: [EventBatch]) {
        plan.append(decisions.plan)
        unrecorded += decisions.unrecorded
        violation = decisions.violation ?? violation
        for (event, rule) in decisions.refused { intake.refuse(event, rule, batches) }
        report.duplicates += decisions.duplicates
        report.deletes += decisions.deletes
        report.versions += decisions.versions
        report.overwrites += decisions.overwrites
    }

    // MARK: Checks

    /// Throws `.receipt` when a member's versions would not be a history (S40).
    func check() throws(LakeError) {
        guard let violation else { return }
        throw LakeError(
            .receipt, operation: "merge", subject: "dimension \(name)",
            message: "the versions of a member would not be a history: \(violation)",
            hint: "Nothing was published. Build the dimension anew with --rebuild.")
    }

    /// Gives new versions their surrogate keys and completes the report.
    mutating func giveKeys(_ spec: DimensionSpec) {
        let fields = layout.keyFields
        let keys = SurrogateKeys(dimension: name, key: fields, by: layout.collations)
        let positions = fields.compactMap { layout.cleaned.index(of: $0.name) }
        let store = intake.store
        plan.finish { rows, times in
            let columns = keys.compared(positions.map { store.gather($0, rows) })
            let half = times.count / 2
            let made = concurrentMap([0..<half, half..<times.count], threads: 2) { range in
                range.map { keys.key(columns, row: $0, validFrom: times[$0]) }
            }
            return Array(made.joined())
        }
        report.lostSurrogateKeys = plan.lostSurrogateKeys
        report.refused = intake.refused
        report.rowsInserted = plan.inserts.count
        report.rowsClosed = plan.closed
        report.rowsUpdated = plan.updated
        report.rowsRemoved = plan.removed
    }
}
