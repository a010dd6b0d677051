/// A table for people: columns aligned by display width, cut to the terminal's width.
public struct TextTable: Sendable {
    /// A column's title and how it gives way.
    public struct Column: Sendable {
        public enum Alignment: Sendable { case left, right }

        public var title: String
        public var alignment: Alignment
        /// Whether cells may be cut when the table is wider than the terminal.
        public var isFlexible: Bool
        /// Whether the column leaves a table that is wider than the terminal: its cells then stand
        /// in lines of their own below their row, whole, the last such column first.
        public var movesBelow: Bool

        public init(
            _ title: String, _ alignment: Alignment = .left, isFlexible: Bool = false,
            movesBelow: Bool = false
        ) {
            self.title = title
            self.alignment = alignment
            self.isFlexible = isFlexible
            self.movesBelow = movesBelow
        }
    }

    public var columns: [Column]
    /// The cells, as many a row as there are columns.
    public private(set) var rows: [[String]] = []

    public init(_ columns: [Column]) { self.columns = columns }

    /// Appends a row; missing cells are empty. Line feeds and other control characters in cells
    /// are written as escapes, so that one row stays one line.
    public mutating func append(_ cells: [String]) {
        precondition(cells.count <= columns.count, "more cells than columns")
        var row = cells.map(TextTable.printable)
        row += Array(repeating: "", count: columns.count - cells.count)
        rows.append(row)
    }

    /// The lines: titles, a rule, the rows; each ends with a line feed. `width` nil: never cut.
    public func text(width: Int? = nil) -> String {
        if let width, let moved = columnsMovedBelow(toFit: width) {
            return text(width: width, below: moved)
        }
        let widths = widths(fitting: width)
        var text = line(columns.map(\.title), widths)
        text += widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
        for row in rows { text += line(row, widths) }
        return text
    }

    /// Leaves out those of the named columns that are empty in every row.
    public mutating func removeEmptyColumns(of titles: [String]) {
        for title in titles {
            guard let index = columns.firstIndex(where: { $0.title == title }) else { continue }
            if rows.allSatisfy(\.[index].isEmpty) { remove(column: index) }
        }
    }

    /// Leaves out columns, the first named first, until the rest fits `width`, flexible columns cut
    /// to no less than twelve cells. Returns the titles of those left out; nil fits always.
    public mutating func remove(_ titles: [String], toFit width: Int?) -> [String] {
        guard let width else { return [] }
        var removed: [String] = []
        for title in titles {
            let widths = zip(columns, naturalWidths).map { column, natural in
                column.isFlexible ? min(natural, 12) : natural
            }
            if widths.reduce(0, +) + 2 * (widths.count - 1) <= width { break }
            guard let index = columns.firstIndex(where: { $0.title == title }) else { continue }
            remove(column: index)
            removed.append(title)
        }
        return removed
    }

    private mutating func remove(column index: Int) {
        columns.remove(at: index)
        for row in rows.indices { rows[row].remove(at: index) }
    }

    /// The columns that have to leave for the rest to fit, in their order; nil when none has to.
    private func columnsMovedBelow(toFit width: Int) -> [Int]? {
        let natural = naturalWidths
        var excess = natural.reduce(0, +) + 2 * (natural.count - 1) - width
        var moved: [Int] = []
        for index in columns.indices.reversed() where columns[index].movesBelow && excess > 0 {
            excess -= natural[index] + 2
            moved.insert(index, at: 0)
        }
        return moved.isEmpty ? nil : moved
    }

    /// The table without the columns `moved`, whose cells stand below their rows.
    private func text(width: Int, below moved: [Int]) -> String {
        var rest = self
        for index in moved.reversed() { rest.remove(column: index) }
        let widths = rest.widths(fitting: width)
        var text = rest.line(rest.columns.map(\.title), widths)
        text += widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
        for (row, cells) in zip(rows, rest.rows) {
            text += rest.line(cells, widths)
            for index in moved where !row[index].isEmpty {
                text += TextTable.wrapped(
                    "  \(columns[index].title): \(row[index])", to: width)
            }
        }
        return text
    }

    /// `text` in lines of at most `width` cells (nil: in one), each but the first indented, broken
    /// between words; a word that is longer has a line of its own.
    public static func wrapped(_ text: String, to width: Int?) -> String {
        guard let width, DisplayWidth.of(text) > width else { return text + "\n" }
        var lines: [String] = []
        var line = ""
        let first = String(text.prefix { $0 == " " })
        for word in text.split(separator: " ") {
            let indent = lines.isEmpty ? first : "    "
            if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
                lines.append(line)
                line = "    " + word
            } else {
                line += (line.isEmpty ? indent : " ") + word
            }
        }
        lines.append(line)
        return lines.joined(separator: "\n") + "\n"
    }

    /// The widths at which nothing is cut.
    private var naturalWidths: [Int] {
        var widths = columns.map { DisplayWidth.of($0.title) }
        for row in rows {
            for (index, cell) in row.enumerated() {
                widths[index] = max(widths[index], DisplayWidth.of(cell))
            }
        }
        return widths
    }

    private func widths(fitting limit: Int?) -> [Int] {
        var widths = naturalWidths
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - limit
        while excess > 0 {
            // The widest column that may be cut gives one cell, until all fits or nothing gives.
            let flexible = widths.indices.filter { columns[$0].isFlexible && widths[$0] > 6 }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let cell = DisplayWidth.cut(cell, to: widths[index])
            let space = String(repeating: " ", count: widths[index] - DisplayWidth.of(cell))
            if index > 0 { text += "  " }
            text += columns[index].alignment == .left ? cell + space : space + cell
        }
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }

    /// `cell` with control characters as escapes, so that it stays on its line and cannot steer a
    /// terminal.
    public static func printable(_ cell: String) -> String {
        guard cell.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return cell }
        var result = ""
        for scalar in cell.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
