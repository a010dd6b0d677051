import Columnar
import CommandLine
import Config
import Lake
import Pipeline
import Quarantine
import Rules
import Storage
import Transform

/// What the commands of `sluice quarantine` do the same way: entities, selections, times.
struct QuarantineSession {
    let session: Session
    let configuration: Configuration
    let pipeline: Pipeline
    let storage: PosixStorage
    let now: Int64

    init(_ session: Session) throws(Failure) {
        self.session = session
        configuration = try session.configuration()
        pipeline = try TransformCommand.pipeline(configuration)
        storage = try session.lake(configuration)
        now = Logger.wallClock()
    }

    /// The dimensions and facts meant: that of `--table`, else all.
    func entities() throws(Failure) -> [EntitySpec] {
        let all = pipeline.dimensions.map(\.entity) + pipeline.facts.map(\.entity)
        guard let name = session.invocation[Options.entity] else { return all }
        let found = all.filter { $0.name == name }
        if found.isEmpty {
            throw .usage(
                "--table", "there is no dimension or fact '\(name)'",
                hint: "Configured: \(all.map(\.name).joined(separator: ", ")).")
        }
        return found
    }

    /// Which rows of which entities `--rule` or `--id` mean; at least one of the two where
    /// `isRequired`.
    func selections(
        isRequired: Bool
    ) throws(Failure) -> [(entity: EntitySpec, selection: QuarantineSelection)] {
        let (rule, ids) = (session.invocation[Options.rule], session.invocation[Options.id])
        if rule != nil, !ids.isEmpty {
            throw .usage("--rule", "cannot be combined with --id")
        }
        let entities = try entities()
        if !session.invocation[Options.key].isEmpty {
            guard rule == nil, ids.isEmpty, entities.count == 1 else {
                throw .usage(
                    "--key", "goes with --table, and with neither --rule nor --id",
                    hint: "Add --table NAME.")
            }
            if entities[0].equalRows != nil {
                throw .usage(
                    "--key", "the key of \(entities[0].name) is all its columns",
                    hint: "Name rows with --id, which `sluice quarantine export` lists, or with "
                        + "--rule.")
            }
            let key = try session.key(entities[0].key)
            let reading = try TransformCommand.reading(session, configuration)
            let found = try failing(Failure.init) { () throws(LakeError) in
                try reading.quarantined(entities[0].name, key: key)
            }
            if found.isEmpty {
                throw .usage(
                    "--key", "\(entities[0].name) has no quarantined row of this key",
                    hint: "`sluice quarantine export` lists the open ones.")
            }
            return [(entities[0], .ids(found))]
        }
        if !ids.isEmpty { return try rows(ids, of: entities) }
        guard let rule else {
            if isRequired {
                throw .usage(
                    session.invocation.name, "does not say which rows",
                    hint:
                        "Give --id ID, --key VALUE or --rule RULE; `sluice quarantine report` "
                        + "lists rules."
                )
            }
            return entities.map { ($0, .all) }
        }
        let known = entities.filter { entity in
            RuleSet.reserved.contains(rule) || entity.rules.contains { $0.id == rule }
        }
        if known.isEmpty {
            throw .usage(
                "--rule", "no table has a rule '\(rule)'",
                hint: "`sluice quarantine report` lists rules.")
        }
        return known.map { ($0, .rule(rule)) }
    }

    /// The rows of these ids, or of ids that begin so.
    private func rows(
        _ ids: [String], of entities: [EntitySpec]
    ) throws(Failure) -> [(entity: EntitySpec, selection: QuarantineSelection)] {
        var found: [String: Set<String>] = [:]
        for id in ids {
            let row = try self.row(id, of: entities)
            found[row.entity, default: []].insert(row.id)
        }
        return entities.compactMap { entity in found[entity.name].map { (entity, .ids($0)) } }
    }

    /// The one row whose id begins with `prefix`.
    func row(_ prefix: String, of entities: [EntitySpec]) throws(Failure) -> QuarantinedRow {
        var rows: [QuarantinedRow] = []
        for entity in entities {
            let steward = QuarantineSteward(entity, storage: storage)
            rows += try failing(Failure.init) { () throws(LakeError) in
                try steward.rows(idPrefix: prefix, limit: 2)
            }
        }
        if rows.count == 1 { return rows[0] }
        throw .usage(
            prefix,
            rows.isEmpty
                ? "there is no quarantined row of this id"
                : "several quarantined rows have an id that begins so",
            hint: rows.isEmpty ? "`sluice quarantine export` lists them." : "Give more of it.")
    }

    /// The dimension or fact whose rows an edited export has; nil when it has none at all.
    func entity(of file: QuarantineFixFile, _ path: String) throws(Failure) -> EntitySpec? {
        let ids = file.ids
        if ids.isEmpty { return nil }
        var best: (entity: EntitySpec, count: Int)?
        for entity in try entities() {
            let steward = QuarantineSteward(entity, storage: storage)
            let count = try failing(Failure.init) { () throws(LakeError) in
                try steward.count(of: ids)
            }
            if count > best?.count ?? 0 { best = (entity, count) }
            if count == ids.count { break }
        }
        guard let best else {
            throw .usage(
                path, "no row of the file is in quarantine, such as \(ids.min() ?? "")",
                hint: "Export the rows again and edit that file.")
        }
        return best.entity
    }

    /// Who decides, when and why.
    func decision(_ note: String?) -> QuarantineDecision {
        let names = ["SUDO_USER", "LOGNAME", "USER"].compactMap(ConfigFile.environment)
            .filter { !$0.isEmpty }
        return QuarantineDecision(who: names.first ?? ProcessUser.name, at: now, note: note)
    }

    /// The time of an option: a day (`2026-01-31`, its beginning in UTC), or a span from now, back
    /// for `isPast`.
    func time(_ option: CommandOption<String?>, isPast: Bool) throws(Failure) -> Int64? {
        guard let text = session.invocation[option] else { return nil }
        if let day = CivilDate(text) {
            return Int64(day.daysSinceEpoch) * Timestamp.microsecondsPerDay
        }
        if let span = Units.duration(text) {
            return isPast ? now - Units.microseconds(span) : now + Units.microseconds(span)
        }
        throw .usage(
            "--\(option.rule.name)",
            "must be a day such as 2026-01-31 or a time such as 7d, not '\(text)'")
    }
}
