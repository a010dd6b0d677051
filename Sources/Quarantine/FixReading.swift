import Columnar
import Delta
import Lake
import Spelling

/// Compares the lines of an edited export with the rows they name, and gathers what is wrong.
struct FixReading {
    /// A column of the file that the table has.
    private struct Column {
        var cell: Int
        var entity: String
        var stored: String
        var title: String
        /// Reads what the quarantine shows.
        var shown: SpreadsheetCell
        /// Reads what bronze takes, nil for a column that `clean` makes.
        var taken: SpreadsheetCell?
    }

    private let file: QuarantineFixFile
    private let entity: String
    private var columns: [Column] = []
    /// Lines that name a row which was not met yet.
    private var wanted: [String: [QuarantineCSV.Text.Line]] = [:]
    private var problems: [(line: Int, text: String)] = []
    private var fixes = QuarantineFixes()
    private var shortened: [String: Int] = [:]

    init(_ file: QuarantineFixFile, entity: String, bronze: Schema, scan: QuarantineScan) {
        self.file = file
        self.entity = entity
        findColumns(bronze, scan)
        var first: [String: Int] = [:]
        for line in file.lines {
            guard let id = file.id(line) else {
                problems.append((line.number, "the row has no \(QuarantineColumn.id)"))
                continue
            }
            if let other = first.updateValue(line.number, forKey: id) {
                problems.append((line.number, "row \(id) stands twice, in line \(other) too"))
            }
            wanted[id, default: []].append(line)
        }
        let blank = file.blankLineCount
        if blank > 0 {
            note(blank == 1 ? "1 blank line is ignored" : "\(blank) blank lines are ignored")
        }
    }

    private mutating func note(_ sentence: String) { fixes.notes.append(sentence + ".") }

    private mutating func findColumns(_ bronze: Schema, _ scan: QuarantineScan) {
        let stored = scan.snapshot.schema
        var strange: [String] = []
        for (index, title) in file.header.enumerated() {
            guard let title, !title.isEmpty else {
                if file.lines.contains(where: { $0.cells.count > index && $0.cells[index] != nil })
                {
                    note("Column \(index + 1) has no title and is ignored")
                }
                continue
            }
            if QuarantineSteward.leading.contains(title) { continue }
            guard let name = FixReading.column(title, scan.schema),
                let type = stored[name.stored]?.type
            else {
                strange.append(title)
                continue
            }
            if columns.contains(where: { $0.stored.utf8.elementsEqual(name.stored.utf8) }) {
                problems.append((file.headerLine, "the column \"\(title)\" stands twice"))
                continue
            }
            columns.append(
                Column(
                    cell: index, entity: name.entity, stored: name.stored, title: title,
                    shown: SpreadsheetCell(type: type, separator: file.separator),
                    taken: bronze[name.entity].map {
                        SpreadsheetCell(type: $0.type, separator: file.separator)
                    }))
        }
        let missing = scan.schema.names.map(QuarantineSteward.title)
            .filter { title in !columns.contains { $0.title == title } }
        for title in strange {
            // A letter away from a column that the file lacks: corrections, not a comment.
            if let near = Spelling.nearest(to: title, in: missing, atMost: 1) {
                let text = "there is no column \"\(title)\"; is it \(near)?"
                problems.append((file.headerLine, text))
            }
        }
        if strange.isEmpty { return }
        let titles = strange.map { "\"\($0)\"" }.joined(separator: ", ")
        note(
            strange.count == 1
                ? "The column \(titles) is none of \(entity) and is ignored"
                : "The columns \(titles) are none of \(entity) and are ignored")
    }

    /// The column called so: by its very bytes, else as the eye reads them, since some programs
    /// write letters with accents in other code points.
    private static func column(
        _ title: String, _ schema: QuarantineSchema
    ) -> (entity: String, stored: String)? {
        let named = schema.names.filter {
            QuarantineSteward.title($0) == title || $0.stored == title
        }
        return named.first {
            QuarantineSteward.title($0).utf8.elementsEqual(title.utf8)
        } ?? named.first
    }

    /// Takes in a quarantined row: what the file says about it.
    mutating func take(_ batch: RecordBatch, _ row: Int, status: QuarantineStatus) {
        guard let id = batch.text(QuarantineColumn.id, row),
            let lines = wanted.removeValue(forKey: id)
        else { return }
        guard status == .open || status == .blocked else {
            fixes.decided[status, default: 0] += 1
            return
        }
        fixes.rows[id] = [:]
        for line in lines { take(line, id, batch, row) }
    }

    private mutating func take(
        _ line: QuarantineCSV.Text.Line, _ id: String, _ batch: RecordBatch, _ row: Int
    ) {
        let header = file.header.count
        if line.cells.dropFirst(header).contains(where: { $0 != nil }) {
            let text = "row \(id) has \(line.cells.count) values, the header \(header)"
            problems.append((line.number, text))
            return
        }
        for column in columns {
            let before = batch.text(column.stored, row)
            if column.cell >= line.cells.count {
                // Some programs leave out what is empty at the end of a line.
                if (before ?? "").isEmpty { continue }
                let text = "row \(id) has \(line.cells.count) values, the header \(header)"
                problems.append((line.number, text))
                return
            }
            compare(line.cells[column.cell], before, column, id, line.number)
        }
    }

    private mutating func compare(
        _ cell: String?, _ before: String?, _ column: Column, _ id: String, _ line: Int
    ) {
        var cell = cell
        if column.shown.type == .string {
            cell = cell.map(QuarantineCSV.unguarded)
        } else if let text = cell, SpreadsheetCell.trimmed(text).isEmpty {
            cell = nil
        }
        if (before ?? "").isEmpty && (cell ?? "").isEmpty { return }
        if let cell, let before {
            switch column.shown.likeness(cell, to: before) {
            case .same: return
            case .shortened:
                shortened[column.title, default: 0] += 1
                return
            case .other: break
            }
        }
        guard let taken = column.taken else {
            let text = "column \(column.title): it is computed by 'clean' and cannot be corrected"
            problems.append((line, text))
            return
        }
        guard let cell else { return fixes.set(id, column.entity, nil) }
        guard let text = taken.text(cell) else {
            let shown = cell.count > 60 ? cell.prefix(60) + "…" : cell[...]
            problems.append(
                (
                    line,
                    "column \(column.title): \(String(shown).debugDescription) cannot be its "
                        + "value; wanted: \(taken.wanted)"
                ))
            return
        }
        fixes.set(id, column.entity, text)
    }

    /// What is to be corrected. Throws with every problem.
    mutating func finish() throws(LakeError) -> QuarantineFixes {
        for (id, lines) in wanted {
            problems.append((lines[0].number, "there is no quarantined row \(id) in \(entity)"))
        }
        guard problems.isEmpty else {
            let sorted = problems.enumerated().sorted {
                ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
            }
            throw file.refused(sorted.map { "line \($0.element.line), \($0.element.text)" })
        }
        for (title, count) in shortened.sorted(by: { $0.key < $1.key }) {
            let cells = count == 1 ? "1 cell" : "\(count) cells"
            note("\(cells) of \(title) lost digits in the spreadsheet; the full values stay")
        }
        return fixes
    }
}
