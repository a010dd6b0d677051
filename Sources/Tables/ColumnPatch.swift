public import Columnar
public import Keys

/// Puts values of other columns into rows of a column that is read batch by batch.
public struct ColumnPatch {
    /// What `RowReference.batch` numbers; of the patched column's type.
    private let sources: [Column]
    private let areWhole: Bool
    /// The texts of the column and its sources as codes of one dictionary.
    private var union = DictionaryUnion()
    private var unified: [Int: Column] = [:]

    public init(_ sources: [Column]) {
        self.sources = sources
        areWhole = sources.allSatisfy { $0.validity == nil }
    }

    /// Whether `column`, whose first row is row `first`, holds at `rows` what replaces them, to the
    /// last bit. O(rows).
    public func isHeld(
        by column: Column, _ rows: ArraySlice<RowReplacement>, from first: Int
    ) -> Bool {
        switch column.storage {
        case .bool(let values): isEqual(column, rows, first, values, sources.map(\.storage.bools))
        case .int32(let values):
            isEqual(column, rows, first, values, sources.map(\.storage.int32s))
        case .int64(let values):
            isEqual(column, rows, first, values, sources.map(\.storage.int64s))
        case .int128(let values):
            isEqual(column, rows, first, values, sources.map(\.storage.int128s))
        case .float(let values):
            isEqual(
                column, rows, first, values.map(\.bitPattern),
                sources.map { $0.storage.floats.map(\.bitPattern) })
        case .double(let values):
            isEqual(
                column, rows, first, values.map(\.bitPattern),
                sources.map { $0.storage.doubles.map(\.bitPattern) })
        default: areTextsEqual(column, rows, first)
        }
    }

    private func isEqual<Value: Equatable>(
        _ column: Column, _ rows: ArraySlice<RowReplacement>, _ first: Int, _ values: [Value],
        _ sources: [[Value]]
    ) -> Bool {
        all(column, rows, first) { row, batch, other in values[row] == sources[batch][other] }
    }

    /// Texts that are codes on both sides are compared once a pair of codes.
    private func areTextsEqual(
        _ column: Column, _ rows: ArraySlice<RowReplacement>, _ first: Int
    ) -> Bool {
        guard case .dictionary(let codes, _) = column.storage else {
            return all(column, rows, first) { row, batch, other in
                column.bytes(row) == sources[batch].bytes(other)
            }
        }
        // What a code of a source is known to equal.
        var equal: [[UInt32?]] = sources.map { source in
            if case .dictionary(_, let values) = source.storage {
                Array(repeating: nil, count: values.values.count)
            } else {
                []
            }
        }
        return all(column, rows, first) { row, batch, other in
            guard case .dictionary(let others, _) = sources[batch].storage else {
                return column.bytes(row) == sources[batch].bytes(other)
            }
            let code = Int(others[other])
            if equal[batch][code] == codes[row] { return true }
            guard column.bytes(row) == sources[batch].bytes(other) else { return false }
            equal[batch][code] = codes[row]
            return true
        }
    }

    private func all(
        _ column: Column, _ rows: ArraySlice<RowReplacement>, _ first: Int,
        _ isSame: (_ row: Int, _ batch: Int, _ other: Int) -> Bool
    ) -> Bool {
        let isWhole = areWhole && column.validity == nil
        for replacement in rows {
            let row = replacement.row - first
            let (batch, other) = (Int(replacement.by.batch), Int(replacement.by.row))
            if !isWhole {
                let isNull = column.isNull(row)
                if isNull != sources[batch].isNull(other) { return false }
                if isNull { continue }
            }
            if !isSame(row, batch, other) { return false }
        }
        return true
    }

    /// `column`, whose first row is row `first`, with the values that replace its `rows`. Texts
    /// that were codes stay codes, as long as their dictionary can grow.
    public mutating func apply(
        to column: Column, _ rows: ArraySlice<RowReplacement>, from first: Int
    ) -> Column {
        func put<Value>(_ values: inout [Value], _ sources: [[Value]]) {
            for replacement in rows {
                let source = Int(replacement.by.batch)
                values[replacement.row - first] = sources[source][Int(replacement.by.row)]
            }
        }
        var storage = column.storage
        switch storage {
        case .bool(var values):
            put(&values, sources.map(\.storage.bools))
            storage = .bool(values)
        case .int32(var values):
            put(&values, sources.map(\.storage.int32s))
            storage = .int32(values)
        case .int64(var values):
            put(&values, sources.map(\.storage.int64s))
            storage = .int64(values)
        case .int128(var values):
            put(&values, sources.map(\.storage.int128s))
            storage = .int128(values)
        case .float(var values):
            put(&values, sources.map(\.storage.floats))
            storage = .float(values)
        case .double(var values):
            put(&values, sources.map(\.storage.doubles))
            storage = .double(values)
        default: return texts(column, rows, first)
        }
        return Column(column.type, storage: storage, validity: validity(column, rows, first))
    }

    private func validity(
        _ column: Column, _ rows: ArraySlice<RowReplacement>, _ first: Int
    ) -> Bitmap? {
        if areWhole, column.validity == nil { return nil }
        var validity = column.validity ?? Bitmap(repeating: true, count: column.count)
        for replacement in rows {
            let isNull = sources[Int(replacement.by.batch)].isNull(Int(replacement.by.row))
            validity.set(replacement.row - first, to: !isNull)
        }
        return validity
    }

    private mutating func texts(
        _ column: Column, _ rows: ArraySlice<RowReplacement>, _ first: Int
    ) -> Column {
        let base = union.unify(column)
        for batch in Set(rows.map { Int($0.by.batch) }) where unified[batch] == nil {
            unified[batch] = union.unify(sources[batch])
        }
        guard case .dictionary(var codes, let values) = base.storage else {
            return gathered(column, rows, first)
        }
        var dictionary = values
        for replacement in rows {
            guard let source = unified[Int(replacement.by.batch)],
                case .dictionary(let others, let grown) = source.storage,
                grown.lineage.isShared(with: values.lineage)
            else { return gathered(column, rows, first) }
            codes[replacement.row - first] = others[Int(replacement.by.row)]
            if grown.values.count > dictionary.values.count { dictionary = grown }
        }
        return Column(
            column.type, storage: .dictionary(codes: codes, values: dictionary),
            validity: validity(column, rows, first))
    }

    private func gathered(
        _ column: Column, _ rows: ArraySlice<RowReplacement>, _ first: Int
    ) -> Column {
        var references = (0..<Int32(column.count)).map { RowReference(batch: 0, row: $0) }
        for replacement in rows {
            let by = replacement.by
            references[replacement.row - first] = RowReference(batch: by.batch + 1, row: by.row)
        }
        return RowStore.gather([column] + sources, column.type, references)
    }
}
