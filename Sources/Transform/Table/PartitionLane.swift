import Columnar
import Delta
import Dispatch
import Parquet
import Synchronization

/// One thread's share of a `PartitionedWriter`: batches queue up, at most a few.
final class PartitionLane: Sendable {
    private let state: Mutex<OpenPartitions>
    /// The first failure, apart from the state: whoever asks must not wait for an encoding.
    private let failure = Mutex<DeltaError?>(nil)
    private let queue: DispatchQueue?
    private let free = DispatchSemaphore(value: 0)
    private static let depth = 3

    init(_ layout: PartitionLayout, number: Int, isAsynchronous: Bool) {
        state = Mutex(OpenPartitions(layout))
        queue = isAsynchronous ? DispatchQueue(label: "sluice.partitions.\(number)") : nil
        // Counted up from zero: a semaphore that ends below its first value is a crash.
        for _ in 0..<PartitionLane.depth { free.signal() }
    }

    /// Takes slices of a batch; throws what went wrong with earlier ones.
    func take(_ slices: [PartitionSlice], of batch: RecordBatch) throws(TransformError) {
        try throwFailure()
        guard let queue else {
            work { $0.take(slices, of: batch) }
            return try throwFailure()
        }
        free.wait()
        queue.async { [self] in
            work { $0.take(slices, of: batch) }
            free.signal()
        }
    }

    /// Takes a row group over, after all that was taken before.
    func copy(_ group: StoredRowGroup, day: Int32) throws(TransformError) {
        // One at a time: its replaced columns are held meanwhile.
        queue?.sync {}
        try throwFailure()
        guard let queue else {
            work { $0.copy(group, day) }
            return try throwFailure()
        }
        queue.async { [self] in work { $0.copy(group, day) } }
    }

    /// The row groups that could not be taken over, once all are tried.
    func refused() throws(TransformError) -> [StoredRowGroup] {
        queue?.sync {}
        try throwFailure()
        return state.withLock { $0.takeRefused() }
    }

    /// Begins to write out what is still held.
    func end() {
        guard let queue else { return work { $0.end() } }
        queue.async { [self] in work { $0.end() } }
    }

    /// The finished files, once all of them are.
    func files() throws(TransformError) -> [AddFile] {
        queue?.sync {}
        try throwFailure()
        return state.withLock { $0.files }
    }

    private func work<Result>(
        _ body: (inout OpenPartitions) -> sending Result
    ) -> sending Result {
        state.withLock { state in
            let result = body(&state)
            if let found = state.failure { failure.withLock { $0 = $0 ?? found } }
            return result
        }
    }

    private func throwFailure() throws(TransformError) {
        if let failure = failure.withLock(\.self) { throw TransformError(lake: failure) }
    }
}

/// The partitions that are being written: their waiting rows and their open files.
struct OpenPartitions {
    /// Files done and named.
    private(set) var files: [AddFile] = []
    /// The first failure; nothing is done after it.
    private(set) var failure: DeltaError?
    /// Row groups that could not be taken over.
    private var refused: [StoredRowGroup] = []

    private let layout: PartitionLayout
    private var partitions: [Int32: Partition] = [:]
    private var waitingBytes = 0
    private var openFileCount = 0

    private struct Partition {
        var waiting: [RecordBatch] = []
        var waitingRows = 0
        var waitingBytes = 0
        var writer: DataFileWriter?
    }

    /// Rows are encoded in portions of at least so many, where memory allows.
    private static let portionRows = 16_384
    /// More files than this are not held open at once.
    private static let openFileLimit = 64

    init(_ layout: PartitionLayout) { self.layout = layout }

    mutating func take(_ slices: [PartitionSlice], of batch: RecordBatch) {
        if failure != nil { return }
        do throws(DeltaError) {
            for slice in slices {
                let isAll = slice.rows.count == batch.count
                try take(isAll ? batch : batch.gather(slice.rows), slice.day)
            }
            while waitingBytes > layout.memoryBytes / 2 { try relieve() }
        } catch {
            fail(error)
        }
    }

    mutating func copy(_ group: StoredRowGroup, _ day: Int32) {
        if failure != nil { return }
        do throws(DeltaError) {
            try encode(day)
            let writer: DataFileWriter
            if let open = partitions[day]?.writer {
                writer = open
            } else {
                writer = try layout.file(day)
                openFileCount += 1
                partitions[day, default: Partition()].writer = writer
            }
            let isCopied = try writer.copy(
                group.reader, rowGroup: group.number, replacing: [], encoded: group.replaced,
                with: { _ in [] })
            if !isCopied { refused.append(group) }
            if writer.bytesWritten >= layout.fileBytes { try finish(day) }
        } catch {
            fail(error)
        }
    }

    mutating func takeRefused() -> [StoredRowGroup] {
        defer { refused = [] }
        return refused
    }

    mutating func end() {
        if failure != nil { return }
        do throws(DeltaError) {
            for day in partitions.keys.sorted() { try finish(day) }
        } catch {
            fail(error)
        }
    }

    private mutating func fail(_ error: DeltaError) {
        failure = error
        // Open files remove what they staged.
        partitions = [:]
    }

    private mutating func take(_ rows: RecordBatch, _ day: Int32) throws(DeltaError) {
        let bytes = rows.heldBytes
        var partition = partitions.removeValue(forKey: day) ?? Partition()
        partition.waiting.append(rows)
        partition.waitingRows += rows.count
        partition.waitingBytes += bytes
        waitingBytes += bytes
        let isFull = partition.waitingRows >= OpenPartitions.portionRows
        partitions[day] = partition
        if isFull, partition.writer != nil || openFileCount < OpenPartitions.openFileLimit {
            try encode(day)
        }
    }

    /// Writes out the partition that holds most, so that others may wait longer.
    private mutating func relieve() throws(DeltaError) {
        let largest = partitions.max { left, right in
            (left.value.waitingBytes, left.key) < (right.value.waitingBytes, right.key)
        }
        guard let largest else { return }
        if largest.value.writer != nil {
            try encode(largest.key)
        } else {
            try finish(largest.key)
        }
    }

    /// Hands a partition's waiting rows to its file.
    private mutating func encode(_ day: Int32) throws(DeltaError) {
        guard var partition = partitions.removeValue(forKey: day) else { return }
        if partition.waiting.isEmpty {
            partitions[day] = partition
            return
        }
        let writer: DataFileWriter
        if let open = partition.writer {
            writer = open
        } else {
            writer = try layout.file(day)
            openFileCount += 1
        }
        for rows in partition.waiting { try writer.write(rows) }
        waitingBytes -= partition.waitingBytes
        partition = Partition(writer: writer)
        partitions[day] = partition
        if writer.bytesWritten >= layout.fileBytes { try finish(day) }
    }

    private mutating func finish(_ day: Int32) throws(DeltaError) {
        try encode(day)
        guard let writer = partitions.removeValue(forKey: day)?.writer else { return }
        openFileCount -= 1
        // One that was opened for a row group that could not be taken over.
        if writer.rowCount == 0 { return writer.abort() }
        try writer.finish()
        files.append(try writer.publish())
    }
}
