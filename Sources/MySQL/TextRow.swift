import Source

/// One row of a small text result, with its values taken in order of the select list.
struct TextRow {
    private let values: [[UInt8]?]

    init(_ values: [[UInt8]?]) { self.values = values }

    /// Value `index` as text, nil for NULL or past the end.
    subscript(index: Int) -> String? {
        guard index < values.count, let value = values[index] else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    /// Value `index` as text, empty for NULL.
    func text(_ index: Int) -> String { self[index] ?? "" }

    /// Value `index` as a number, 0 for NULL or other text. Values above Int64 are cut to it.
    func integer(_ index: Int) -> Int64 {
        guard let text = self[index] else { return 0 }
        return Int64(text) ?? (UInt64(text) == nil ? 0 : .max)
    }

    func isTrue(_ index: Int) -> Bool { self[index] == "YES" || self[index] == "1" }
}

extension Handle {
    /// Runs one statement and takes its rows; failures name `operation` and `subject`.
    @discardableResult
    func rows(_ sql: String, _ operation: String, _ subject: String) throws(SourceError)
        -> [TextRow]
    {
        do { return try query(sql).map(TextRow.init) } catch {
            throw error.sourceError(operation, subject)
        }
    }
}
