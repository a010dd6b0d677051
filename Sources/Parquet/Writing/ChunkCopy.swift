//! Row groups taken over from another file without decoding them: the pages of a chunk are bytes
//! that do not know where they are, so they are copied as stored; only the positions in the footer
//! and in the offset index move.

public import Columnar

/// A chunk of a file of our own, ready to be copied.
private struct StoredChunk {
    let metaData: ColumnMetaData
    let pages: Range<Int>
    let offsets: OffsetIndex
    let columnIndex: [UInt8]?
    let bounds: Bounds
    let nullCount: Int
    /// Where its Bloom filter is; nil when it has none.
    let filter: Range<Int>?

    /// Nil when the chunk is not what this writer would make of `leaf`, or its indexes are missing.
    init?(_ leaf: Leaf, of file: FileReader, rowGroup index: Int) throws(ParquetError) {
        let leaves = file.plans.flatMap(\.leaves)
        guard leaf.isFlat, let plan = leaves.first(where: { $0.path == leaf.path }),
            plan.physicalType == leaf.physicalType, plan.leaf.type == leaf.type,
            plan.maxRepetition == 0, Int(plan.maxDefinition) == leaf.maxDefinitionLevel
        else { return nil }
        let chunk = file.metadata.rowGroups[index].columns[plan.index]
        let footer = file.rowGroups[index].columns[plan.index]
        guard let metaData = chunk.metaData, (chunk.filePath ?? "").isEmpty,
            let nullCount = footer.nullCount, let offset = chunk.offsetIndexOffset,
            let length = chunk.offsetIndexLength
        else { return nil }
        let subject = "column \(leaf.name) of row group \(index)"
        pages = try decoding("copy", subject) { () throws(Damage) in
            try file.range(metaData.firstPageOffset, metaData.totalCompressedSize)
        }
        offsets = try file.index(offset, length, subject) { (reader) throws(Damage) in
            try OffsetIndex(from: &reader)
        }
        if let offset = chunk.columnIndexOffset, let length = chunk.columnIndexLength {
            let range = try decoding("copy", subject) { () throws(Damage) in
                try file.range(offset, Int64(length))
            }
            columnIndex = try file.source.read(at: range.lowerBound, count: range.count)
        } else {
            columnIndex = nil
        }
        self.metaData = metaData
        self.nullCount = nullCount
        filter = file.filterRange(metaData)
        if let minimum = footer.minimum?.bound, let maximum = footer.maximum?.bound {
            bounds = Bounds(min: minimum, max: maximum, areTruncated: !footer.areBoundsExact)
        } else {
            // Values without bounds: then the file has none either.
            bounds = nullCount == footer.valueCount ? Bounds() : .notANumber
        }
    }

    /// The footer's entry once the pages are `shift` bytes further on.
    func metaData(shifted shift: Int64) -> ColumnMetaData {
        var moved = metaData
        moved.dataPageOffset += shift
        if let offset = moved.dictionaryPageOffset { moved.dictionaryPageOffset = offset + shift }
        moved.indexPageOffset = nil
        moved.bloomFilterOffset = nil
        moved.bloomFilterLength = nil
        return moved
    }
}

/// What takes the place of a column of a row group that is copied.
public enum ChunkSource {
    /// The column of that name in another file's row group of as many rows.
    case stored(FileReader, rowGroup: Int)
    /// A column of as many rows, of the file's codec.
    case encoded(EncodedColumn)
    /// Columns that come one after the other, together of as many rows; asked for when their turn
    /// comes, so that those of one name alone are held.
    case made(() -> [Column])
}

/// A chunk that is about to be written.
private enum PlannedChunk {
    case stored(StoredChunk, FileReader)
    case encoded(EncodedColumn)
    case made(() -> [Column])
}

/// Columns of a row group of a file.
public struct StoredColumns: Sendable {
    /// The file that they are in.
    public var file: FileReader
    /// The row group's number in the file, from 0.
    public var rowGroup: Int
    /// The top-level columns taken.
    public var names: Set<String>

    /// The columns `names` of a row group.
    public init(_ file: FileReader, rowGroup: Int, _ names: Set<String>) {
        self.file = file
        self.rowGroup = rowGroup
        self.names = names
    }

    /// Whether another row group holds the very bytes of these columns, so that it has their values
    /// row by row. Cost: reading both.
    public func areStored(in other: FileReader, rowGroup: Int) throws(ParquetError) -> Bool {
        for name in names {
            guard let range = try file.pages(of: name, rowGroup: self.rowGroup),
                let otherRange = try other.pages(of: name, rowGroup: rowGroup),
                range.count == otherRange.count,
                try file.source.read(at: range.lowerBound, count: range.count)
                    == other.source.read(at: otherRange.lowerBound, count: otherRange.count)
            else { return false }
        }
        return true
    }
}

extension FileReader {
    /// Where the pages of a flat column are; nil when the file has none of that name.
    fileprivate func pages(
        of name: String, rowGroup: Int
    ) throws(ParquetError) -> Range<Int>? {
        let leaf = plans.flatMap(\.leaves).first { $0.path == [name] }
        guard let leaf, let chunk = metadata.rowGroups[rowGroup].columns[leaf.index].metaData
        else { return nil }
        return try decoding("compare", "column \(name)") { () throws(Damage) in
            try range(chunk.firstPageOffset, chunk.totalCompressedSize)
        }
    }

    /// Whether this program wrote the file.
    var isOwn: Bool { createdBy?.hasPrefix("sluice version ") == true }
}

extension ColumnMetaData {
    fileprivate var firstPageOffset: Int64 { min(dataPageOffset, dictionaryPageOffset ?? .max) }
}

extension FileWriter {
    /// Appends row group `index` of `file` as a row group of its own, its pages copied as they are
    /// stored, but for the flat columns in `replaced`, by name.
    ///
    /// Returns false, with nothing written and nothing asked for, when the group cannot be copied:
    /// another program wrote it, or a column is nested, missing or of another type.
    public func copy(
        _ file: FileReader, rowGroup index: Int, replacing replaced: [String: ChunkSource] = [:]
    ) throws(ParquetError) -> Bool {
        precondition(!isFinished, "copy after finish")
        let rowCount = file.rowGroups[index].rowCount
        guard file.isOwn else { return false }
        var chunks: [PlannedChunk] = []
        for leaf in tree.leaves {
            let source = replaced[leaf.name] ?? .stored(file, rowGroup: index)
            guard let chunk = try plan(leaf, from: source, rowCount) else { return false }
            chunks.append(chunk)
        }
        try finishRowGroup()
        if rowCount == 0 { return true }
        var group = OpenRowGroup(rowCount: rowCount, start: position)
        for (number, chunk) in chunks.enumerated() {
            switch chunk {
            case .stored(let chunk, let file): try copy(chunk, of: file, to: &group)
            case .encoded(let column): try write(column.chunk, of: column.leaf, to: &group)
            case .made(let columns): try write(columns(), as: number, of: &group)
            }
        }
        finish(group)
        count(copied: rowCount)
        return true
    }

    /// What becomes of a column of a copied row group; nil when it cannot be copied.
    private func plan(
        _ leaf: Leaf, from source: ChunkSource, _ rowCount: Int
    ) throws(ParquetError) -> PlannedChunk? {
        switch source {
        case .made(let columns): return leaf.isFlat ? .made(columns) : nil
        case .encoded(let column):
            let isFitting =
                column.leaf == leaf && column.codec == codec && column.chunk.rowCount == rowCount
            return isFitting ? .encoded(column) : nil
        case .stored(let file, let index):
            guard file.isOwn, file.rowGroups[index].rowCount == rowCount,
                let chunk = try StoredChunk(leaf, of: file, rowGroup: index)
            else { return nil }
            return .stored(chunk, file)
        }
    }

    private func write(
        _ batches: [Column], as number: Int, of group: inout OpenRowGroup
    ) throws(ParquetError) {
        let count = batches.reduce(0) { $0 + $1.count }
        precondition(count == group.rowCount, "\(count) rows replace \(group.rowCount)")
        for column in batches {
            guard column.type == tree.leaves[number].type else {
                throw ParquetError(
                    .schema, operation: "copy", subject: tree.leaves[number].name,
                    message: "the column is replaced by one of type \(column.type)")
            }
            try columns[number].append(column, 0..<column.count)
        }
        try finishChunk(number, of: &group)
    }

    private func copy(
        _ chunk: StoredChunk, of file: FileReader, to group: inout OpenRowGroup
    ) throws(ParquetError) {
        let shift = position - Int64(chunk.pages.lowerBound)
        try write(file.source.read(at: chunk.pages.lowerBound, count: chunk.pages.count))
        var filter: [UInt8]?
        let name = columns[group.chunks.count].leaf.name
        if let range = chunk.filter, options.bloomColumns[name] != nil {
            filter = try file.source.read(at: range.lowerBound, count: range.count)
        }
        var offsets = chunk.offsets
        for page in offsets.pageLocations.indices { offsets.pageLocations[page].offset += shift }
        add(
            chunk.metaData(shifted: shift),
            ChunkIndexes(offsets: offsets, bounds: chunk.columnIndex, filter: filter),
            bounds: chunk.bounds, nullCount: chunk.nullCount, to: &group)
    }
}

extension Column {
    /// The value of the only row as a bound.
    var bound: BoundValue? {
        guard count == 1, !isNull(0) else { return nil }
        var isDecimal = false
        if case .decimal = type { isDecimal = true }
        return switch storage {
        case .bool(let values): .boolean(values[0] != 0)
        case .int32(let values): .integer(Int64(values[0]))
        case .int64(let values): isDecimal ? .decimal(Int128(values[0])) : .integer(values[0])
        case .int128(let values): .decimal(values[0])
        case .float(let values): .double(Double(values[0]))
        case .double(let values): .double(values[0])
        case .bytes(let values): .bytes(Array(values[0]))
        case .dictionary, .structure, .list, .map: nil
        }
    }
}
