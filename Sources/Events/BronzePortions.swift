import Delta
public import Lake
public import Parquet
import Synchronization

/// A piece of bronze that can be read on its own: one row group of a file, or some of its rows.
public struct BronzePortion: Sendable {
    public let file: BronzeEvents.File
    public let reader: FileReader
    public let rowGroup: Int
    /// Of the row group.
    public let rows: Range<Int>
    /// The number of the row group's first row in the file.
    let groupStart: Int64
}

/// Hands out the portions of a bronze read in the order of arrival, each file opened once. Any
/// thread may ask.
public final class BronzePortions: Sendable {
    private let events: BronzeEvents
    private let state: Mutex<Position>
    private let portionRows: Int

    /// Of a load of less than so many rows the row groups are cut into portions, so that all
    /// threads have work from the start; of a large one they are enough as they are.
    private static let smallLoadRows: Int64 = 524_288
    private static let smallPortionRows = 32_768

    private struct Position: Sendable {
        var files: ArraySlice<BronzeEvents.File>
        /// The file being handed out, the row group, what of its rows are gone, and its place.
        var file: (file: BronzeEvents.File, reader: FileReader)?
        var rowGroup = 0
        var row = 0
        var groupStart: Int64 = 0
    }

    public init(_ events: BronzeEvents) {
        self.events = events
        state = Mutex(Position(files: events.files[...]))
        let isSmall = events.rowCount.map { $0 < BronzePortions.smallLoadRows } ?? false
        portionRows = isSmall ? BronzePortions.smallPortionRows : .max
    }

    /// How many rows a portion of a row group has at most. Without a page index every portion
    /// decompresses all of it: then there is one a thread.
    private func portion(of group: RowGroupMetadata) -> Int {
        group.hasPageIndex ? portionRows : max(portionRows, (group.rowCount + 1) / 2)
    }

    /// The next portion; nil after the last.
    public func next() throws(LakeError) -> BronzePortion? {
        try state.withLock { (state) throws(LakeError) in
            while true {
                if let (file, reader) = state.file, state.rowGroup < reader.rowGroups.count {
                    let count = reader.rowGroups[state.rowGroup].rowCount
                    let most = portion(of: reader.rowGroups[state.rowGroup])
                    let end = count - state.row > most ? state.row + most : count
                    let portion = BronzePortion(
                        file: file, reader: reader, rowGroup: state.rowGroup,
                        rows: state.row..<end, groupStart: state.groupStart)
                    state.row = end
                    if end == count {
                        state.rowGroup += 1
                        state.row = 0
                        state.groupStart += Int64(count)
                    }
                    return portion
                }
                guard let file = state.files.popFirst() else { return nil }
                let reader = try events.open(file)
                state.file = (file, reader)
                state.rowGroup = 0
                state.groupStart = 0
                state.row = Int(file.firstRow)
                while state.rowGroup < reader.rowGroups.count {
                    let count = reader.rowGroups[state.rowGroup].rowCount
                    if state.row < count { break }
                    state.row -= count
                    state.groupStart += Int64(count)
                    state.rowGroup += 1
                }
            }
        }
    }
}
