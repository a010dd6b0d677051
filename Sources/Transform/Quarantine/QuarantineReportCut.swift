import Columnar

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
    }

    private let grouping: QuarantineGrouping
    private var owners: [Place: String] = [:]
    private var gathered: [Place: Line] = [:]

    init(grouping: QuarantineGrouping, entities: [EntitySpec]) {
        self.grouping = grouping
        for entity in entities {
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
        case .owner: return Place(table: "", rule: owner(table, rule) ?? "(nobody)")
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

    /// Takes in a rule's run; they come oldest first.
    mutating func add(_ run: RuleRun) {
        let place = place(run.entity, run.count.rule, at: run.at)
        let owner = owner(run.entity, run.count.rule) ?? run.count.owner
        let isRule = grouping == .rule
        with(place, run.entity) { line in
            line.line.owner = owner
            if isRule {
                line.line.severity = run.count.severity
                line.line.status = run.count.status
            }
            if line.runs.last?.id == run.runID {
                line.runs[line.runs.count - 1].evaluated += run.count.evaluated
                line.runs[line.runs.count - 1].failed += run.count.failed
            } else {
                line.runs.append((run.runID, run.count.evaluated, run.count.failed))
            }
        }
    }

    /// Takes in a quarantined row: once under each line that it belongs to.
    mutating func add(
        _ batch: RecordBatch, _ row: Int, entity: EntitySpec, key: [String], now: Int64
    ) {
        let rules = (batch.text(QuarantineColumn.rules, row) ?? "").split(separator: ",")
        let firstSeen = batch[QuarantineColumn.firstSeen]?.int64(row) ?? 0
        let status = QuarantineScan.status(batch, row, now: now)
        var places: Set<Place> = []
        for rule in rules { places.insert(place(entity.name, String(rule), at: firstSeen)) }
        for place in places {
            let owner = owner(entity.name, place.rule)
            with(place, entity.name) { line in
                if line.line.owner == nil { line.line.owner = owner }
                switch status {
                case .open:
                    line.line.open += 1
                    line.line.oldestOpen = min(line.line.oldestOpen ?? firstSeen, firstSeen)
                    if line.line.sampleKeys.count < 3 {
                        let texts = key.map { batch.text($0, row) ?? "NULL" }
                        line.line.sampleKeys.append(texts.joined(separator: "|"))
                        line.line.sampleIDs.append(batch.text(QuarantineColumn.id, row) ?? "")
                    }
                case .replayed: line.line.replayed += 1
                case .waived: line.line.waived += 1
                case .discarded: line.line.discarded += 1
                case .superseded: line.line.superseded += 1
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
        return made.sorted {
            ($0.table, -$0.open, -$0.failed, $0.rule) < ($1.table, -$1.open, -$1.failed, $1.rule)
        }
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
