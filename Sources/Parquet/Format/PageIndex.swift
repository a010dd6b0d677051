/// Where one data page is and which rows it starts with.
struct PageLocation: Hashable, Sendable {
    var offset: Int64
    /// Bytes of the page with its header.
    var compressedPageSize: Int32
    /// The first row of the page within its row group.
    var firstRowIndex: Int64
}

/// The locations of a chunk's data pages (parquet.thrift `OffsetIndex`, PageIndex.md).
struct OffsetIndex: Hashable, Sendable {
    var pageLocations: [PageLocation]
}

/// The bounds of a chunk's data pages (parquet.thrift `ColumnIndex`, PageIndex.md).
struct ColumnIndex: Hashable, Sendable {
    /// Pages without a single value; their bounds are empty and mean nothing.
    var nullPages: [Bool]
    var minValues: [[UInt8]]
    var maxValues: [[UInt8]]
    var boundaryOrder: BoundaryOrder
    var nullCounts: [Int64]?
}

extension OffsetIndex {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.structureList(1, pageLocations) { location, writer in
                writer.structure { writer in
                    writer.i64(1, location.offset)
                    writer.i32(2, location.compressedPageSize)
                    writer.i64(3, location.firstRowIndex)
                }
            }
        }
    }
}

extension ColumnIndex {
    func write(to writer: inout CompactWriter) {
        writer.structure { writer in
            writer.boolList(1, nullPages)
            writer.binaryList(2, minValues)
            writer.binaryList(3, maxValues)
            writer.i32(4, boundaryOrder.rawValue)
            if let nullCounts { writer.i64List(5, nullCounts) }
        }
    }
}
