import Columnar
import Lake
import Pipeline
import Rules

/// Gathers runs and rows under the lines of a report.
struct QuarantineReportCut {
    private struct Place: Hashable {
        var table: String
        var rule: String
    }

    private struct Line {
        var line: QuarantineReportLine
        var tables: Set<String> = []
        /// Evaluated and failed of every run, oldest first.
        var runs: [(id: String, evaluated: Int64, failed: Int64)] = []

        mutating func add(_ run: RuleRun, _ evaluated: Int64, _ failed: Int64) {
            line.runID = run.runID
            line.runAt = run.at
            if runs.last?.id == run.runID {
                runs[runs.count - 1].evaluated += evaluated
                runs[runs.count - 1].failed += failed
            } else {
                runs.append((run.runID, evaluated, failed))
            }
        }
    }

    private let grouping: QuarantineGrouping
    private var entities: [String: EntitySpec] = [:]
    private var owners: [Place: String] = [:]
    private var gathered: [Place: Line] = [:]
    /// Rows by what became of them.
    private(set) var rows: [QuarantineStatus: Int] = [:]

    init(grouping: QuarantineGrouping, entities: [EntitySpec]) {
        self.grouping = grouping
        for entity in entities {
            self.entities[entity.name] = entity
            for rule in entity.rules {
                owners[Place(table: entity.name, rule: rule.id)] = rule.owner ?? entity.owner
            }
            owners[Place(table: entity.name, rule: "")] = entity.owner
        }
    }

    private func owner(_ table: String, _ rule: String) -> String? {
        owners[Place(table: table, rule: rule)] ?? owners[Place(table: table, rule: "")]
    }

    private func place(_ table: String, _ rule: String, at time: Int64) -> Place {
        switch grouping {
        case .rule: return Place(table: table, rule: rule)
        case .table: return Place(table: table, rule: "")
        case .owner: return Place(table: "", rule: QuarantineReportCut.name(owner(table, rule)))
        case .day:
            let day = Int(time.dividedFloor(by: Timestamp.microsecondsPerDay))
            return Place(table: "", rule: CivilDate(daysSinceEpoch: day).text)
        }
    }

    private mutating func with(_ place: Place, _ table: String, _ body: (inout Line) -> Void) {
        var line =
            gathered[place]
            ?? Line(line: QuarantineReportLine(table: place.table, rule: place.rule))
        line.tables.insert(table)
        body(&line)
        gathered[place] = line
    }

    /// Takes in what the runs of the rules came to, oldest first.
    mutating func add(_ runs: [RuleRun]) {
        if grouping == .rule {
            for run in runs where run.count.rule != RuleCount.everyRule { add(rule: run) }
            return
        }
        // Lines about several rules count rows, which a run tells beside its rules.
        var start = 0
        while start < runs.count {
            var end = start + 1
            while end < runs.count, runs[end].runID == runs[start].runID,
                runs[end].entity == runs[start].entity
            { end += 1 }
            add(rows: runs[start..<end])
            start = end
        }
    }

    private mutating func add(rule run: RuleRun) {
        let place = place(run.entity, run.count.rule, at: run.at)
        let owner = owner(run.entity, run.count.rule) ?? run.count.owner
        let meaning = entities[run.entity]?.meaning(ofRule: run.count.rule)
        with(place, run.entity) { line in
            line.line.owner = owner
            line.line.meaning = meaning
            line.line.severity = run.count.severity
            line.line.status = run.count.status
            line.add(run, run.count.evaluated, run.count.failed)
        }
    }

    /// The runs of one table's rules in one run.
    private mutating func add(rows runs: ArraySlice<RuleRun>) {
        guard let run = runs.first else { return }
        var totals = runs.filter { $0.count.rule == RuleCount.everyRule }.map(\.count)
        if totals.isEmpty { totals = self.totals(runs) }
        for total in totals where (total.owner != nil) == (grouping == .owner) {
            var place = place(run.entity, "", at: run.at)
            if grouping == .owner { place.rule = QuarantineReportCut.name(total.owner) }
            with(place, run.entity) { $0.add(run, total.evaluated, total.failed) }
        }
    }

    /// What the rules alone tell of a run that an older version made: at least so many rows.
    private func totals(_ runs: ArraySlice<RuleRun>) -> [RuleCount] {
        var owned: [String?: RuleCount] = [:]
        for run in runs where !isAboutBatch(run) {
            for owner in [nil, owner(run.entity, run.count.rule) ?? ""] {
                var total = run.count
                total.owner = owner
                if total.severity == .warn { total.failed = 0 }
                if let known = owned[owner] {
                    total.evaluated = max(known.evaluated, total.evaluated)
                    total.failed = max(known.failed, total.failed)
                }
                owned[owner] = total
            }
        }
        return Array(owned.values)
    }

    private func isAboutBatch(_ run: RuleRun) -> Bool {
        switch entities[run.entity]?.rules.first(where: { $0.id == run.count.rule })?.kind {
        case .freshness, .rowCount: true
        default: false
        }
    }

    private static func name(_ owner: String?) -> String {
        (owner ?? "").isEmpty ? "(nobody)" : owner ?? ""
    }

    /// Takes in a quarantined row: once under each line that it belongs to.
    mutating func add(
        _ batch: RecordBatch, _ row: Int, entity: EntitySpec, key: [String], now: Int64
    ) {
        let rules = (batch.text(QuarantineColumn.rules, row) ?? "").split(separator: ",")
        let firstSeen = batch[QuarantineColumn.firstSeen]?.int64(row) ?? 0
        let status = QuarantineScan.status(batch, row, now: now)
        self.rows[status, default: 0] += 1
        var places: Set<Place> = []
        for rule in rules { places.insert(place(entity.name, String(rule), at: firstSeen)) }
        for place in places {
            let owner = owner(entity.name, place.rule)
            let meaning = entity.meaning(ofRule: place.rule)
            with(place, entity.name) { line in
                if line.line.owner == nil { line.line.owner = owner }
                if line.line.meaning == nil { line.line.meaning = meaning }
                switch status {
                case .open:
                    line.line.open += 1
                    line.line.oldestOpen = min(line.line.oldestOpen ?? firstSeen, firstSeen)
                    line.line.sample(batch, row, key)
                case .replayed: line.line.replayed += 1
                case .waived: line.line.waived += 1
                case .discarded: line.line.discarded += 1
                case .superseded: line.line.superseded += 1
                case .blocked:
                    line.line.blocked += 1
                    line.line.sample(batch, row, key)
                }
            }
        }
    }

    /// The lines, sorted.
    func lines() -> [QuarantineReportLine] {
        let made = gathered.values.map { gathered -> QuarantineReportLine in
            var line = gathered.line
            if line.table.isEmpty { line.table = gathered.tables.sorted().joined(separator: ", ") }
            // A day is all its runs, everything else the newest.
            for run in gathered.runs.suffix(grouping == .day ? gathered.runs.count : 1) {
                line.evaluated += run.evaluated
                line.failed += run.failed
            }
            line.history = gathered.runs.suffix(QuarantineReport.historyLength).map { run in
                run.evaluated == 0 ? 0 : Double(run.failed) * 100 / Double(run.evaluated)
            }
            return line
        }
        if grouping == .day { return QuarantineReportCut.days(made) }
        let findings = made.filter(\.isFinding).sorted {
            (-$0.open, -$0.failed, $0.table, $0.rule) < (-$1.open, -$1.failed, $1.table, $1.rule)
        }
        return findings
            + made.filter { !$0.isFinding }.sorted { ($0.table, $0.rule) < ($1.table, $1.rule) }
    }

    /// Days in their order, each with the share of the days before it.
    private static func days(_ lines: [QuarantineReportLine]) -> [QuarantineReportLine] {
        var lines = lines.sorted { $0.rule < $1.rule }
        let percents = lines.map(\.percent)
        for index in lines.indices {
            lines[index].history = Array(
                percents.prefix(index + 1).suffix(QuarantineReport.historyLength))
        }
        return lines
    }
}

extension QuarantineReportLine {
    /// Names a row that waits, while few are named.
    fileprivate mutating func sample(_ batch: RecordBatch, _ row: Int, _ key: [String]) {
        guard sampleKeys.count < 3 else { return }
        if key.isEmpty {
            // A whole row has no name; what is wrong with it says most.
            let reasons = QuarantinedRow.reasons(batch.text(QuarantineColumn.reasons, row))
            let reason = reasons.first { $0.rule == rule } ?? reasons.first
            sampleKeys.append(reason.map { "\($0.column)=\($0.observed ?? "NULL")" } ?? "")
        } else {
            let texts = key.map { batch.text($0, row) ?? "NULL" }
            sampleKeys.append(texts.joined(separator: "|"))
        }
        sampleIDs.append(batch.text(QuarantineColumn.id, row) ?? "")
    }
}
