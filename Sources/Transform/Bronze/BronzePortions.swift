import Delta
import Parquet
import Synchronization

/// A piece of bronze that can be read on its own: one row group of a file.
struct BronzePortion: Sendable {
    let file: BronzeEvents.File
    let reader: FileReader
    let rowGroup: Int
    /// The number of its first row in the file.
    let firstRow: Int64
}

/// Hands out the portions of a bronze read in the order of arrival, each file opened once. Any
/// thread may ask.
final class BronzePortions: Sendable {
    private let events: BronzeEvents
    private let state: Mutex<Position>

    private struct Position: Sendable {
        var files: ArraySlice<BronzeEvents.File>
        var next: BronzePortion?
    }

    init(_ events: BronzeEvents) {
        self.events = events
        state = Mutex(Position(files: events.files[...]))
    }

    /// The next portion; nil after the last.
    func next() throws(TransformError) -> BronzePortion? {
        try state.withLock { (state) throws(TransformError) in
            while true {
                if let portion = state.next {
                    let group = portion.rowGroup
                    if group < portion.reader.rowGroups.count {
                        let rows = Int64(portion.reader.rowGroups[group].rowCount)
                        state.next = BronzePortion(
                            file: portion.file, reader: portion.reader, rowGroup: group + 1,
                            firstRow: portion.firstRow + rows)
                        return portion
                    }
                    state.next = nil
                }
                guard let file = state.files.popFirst() else { return nil }
                state.next = BronzePortion(
                    file: file, reader: try events.open(file), rowGroup: 0, firstRow: 0)
            }
        }
    }
}
