//! Pages of numbers taken over one by one: where a chunk has no dictionary, a page needs nothing of
//! the others.

public import Columnar

/// A stored page of numbers, none of them NULL.
public struct PlainPage: Sendable {
    /// Its rows within the row group.
    public let rows: Range<Int>
    fileprivate let place: Range<Int>
    fileprivate let bounds: Bounds
}

extension ColumnEncoder {
    /// The pages of a column of a row group that an encoder of `options` can take over one by one;
    /// nil when it cannot: another program wrote the file, it has no page index, or the column has
    /// a dictionary, a NULL, another type or another compression.
    public static func pages(
        of file: FileReader, rowGroup index: Int, _ field: Field, _ options: WriterOptions
    ) throws(ParquetError) -> [PlainPage]? {
        let leaves = file.plans.flatMap(\.leaves)
        guard file.isOwn, let plan = leaves.first(where: { $0.path == [field.name] }),
            plan.leaf.type == field.type, plan.maxRepetition == 0,
            Int(plan.maxDefinition) == (field.isNullable ? 1 : 0)
        else { return nil }
        let chunk = file.metadata.rowGroups[index].columns[plan.index]
        guard let metaData = chunk.metaData, metaData.dictionaryPageOffset == nil,
            metaData.codec == options.codec.number, hasNumbers(metaData.type),
            file.rowGroups[index].columns[plan.index].nullCount == 0,
            let bounds = try file.pageBounds(rowGroup: index, column: field.name),
            let offset = chunk.offsetIndexOffset, let length = chunk.offsetIndexLength
        else { return nil }
        let subject = "column \(field.name) of row group \(index)"
        let places = try file.index(offset, length, subject) { (reader) throws(Damage) in
            try OffsetIndex(from: &reader)
        }.pageLocations
        var pages: [PlainPage] = []
        for (page, location) in zip(bounds, places) {
            guard let minimum = page.minimum?.bound, let maximum = page.maximum?.bound else {
                return nil
            }
            let place = try decoding("copy", subject) { () throws(Damage) in
                try file.range(location.offset, Int64(location.compressedPageSize))
            }
            pages.append(
                PlainPage(
                    rows: page.rows, place: place, bounds: Bounds(min: minimum, max: maximum)))
        }
        return pages
    }

    private static func hasNumbers(_ type: PhysicalType) -> Bool {
        type == .int32 || type == .int64
    }

    /// Takes a page over as it is stored.
    public func append(_ page: PlainPage, of file: FileReader) throws(ParquetError) {
        let bytes = try file.source.read(at: page.place.lowerBound, count: page.place.count)
        let (header, size) = try decoding("copy", "page at byte \(page.place.lowerBound)") {
            () throws(Damage) in
            var reader = CompactReader(bytes, in: 0..<bytes.count)
            let header = try PageHeader(from: &reader)
            guard header.dataPage?.encoding == .plain,
                Int(header.dataPage?.valueCount ?? -1) == page.rows.count,
                reader.position + Int(header.compressedSize) == bytes.count
            else { throw Damage("a page that is not what the index tells") }
            return (header, reader.position)
        }
        try append(
            bytes, uncompressedByteCount: size + Int(header.uncompressedSize),
            rowCount: page.rows.count, bounds: page.bounds)
    }
}
