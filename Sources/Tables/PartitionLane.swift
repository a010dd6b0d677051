import Columnar
import Delta
import Dispatch
import Lake
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
    func take(_ slices: [PartitionSlice], of batch: RecordBatch) throws(LakeError) {
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
    func copy(_ group: StoredRowGroup, day: Int32) throws(LakeError) {
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
    func refused() throws(LakeError) -> [StoredRowGroup] {
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
    func files() throws(LakeError) -> [AddFile] {
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

    private func throwFailure() throws(LakeError) {
        if let failure = failure.withLock(\.self) { throw LakeError(lake: failure) }
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
        var files: RollingFiles?

        var isOpen: Bool { files?.isOpen ?? false }
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
            var isCopied = false
            try append(to: day) { (files) throws(DeltaError) in
                isCopied = try files.copy(
                    group.reader, rowGroup: group.number,
                    replacing: group.replaced.mapValues { .encoded($0) })
            }
            if !isCopied { refused.append(group) }
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
        if isFull, partition.isOpen || openFileCount < OpenPartitions.openFileLimit {
            try encode(day)
        }
    }

    /// Writes out the partition that holds most, so that others may wait longer.
    private mutating func relieve() throws(DeltaError) {
        let largest = partitions.max { left, right in
            (left.value.waitingBytes, left.key) < (right.value.waitingBytes, right.key)
        }
        guard let largest else { return }
        if largest.value.isOpen {
            try encode(largest.key)
        } else {
            try finish(largest.key)
        }
    }

    /// Hands a partition's waiting rows to its files.
    private mutating func encode(_ day: Int32) throws(DeltaError) {
        guard var partition = partitions[day], !partition.waiting.isEmpty else { return }
        let waiting = partition.waiting
        waitingBytes -= partition.waitingBytes
        partition = Partition(files: partition.files)
        partitions[day] = partition
        try append(to: day) { (files) throws(DeltaError) in
            for rows in waiting { try files.write(rows) }
        }
    }

    /// Lets `body` append to the files of a partition, and counts those that are open.
    private mutating func append(
        to day: Int32, _ body: (RollingFiles) throws(DeltaError) -> Void
    ) throws(DeltaError) {
        let files = partitions[day]?.files ?? layout.files(day)
        partitions[day, default: Partition()].files = files
        if files.isOpen { openFileCount -= 1 }
        defer { if files.isOpen { openFileCount += 1 } }
        try body(files)
    }

    private mutating func finish(_ day: Int32) throws(DeltaError) {
        try encode(day)
        guard let rolling = partitions.removeValue(forKey: day)?.files else { return }
        if rolling.isOpen { openFileCount -= 1 }
        files += try rolling.finish()
    }
}
