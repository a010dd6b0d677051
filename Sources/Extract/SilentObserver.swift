/// Hears nothing: for callers that read no rows or do not care.
public struct SilentObserver: ExtractObserver {
    public init() {}

    public func tableStarted(_ plan: TablePlan) {}
    public func rowsRead(table: String, rows: Int) {}
    public func bytesWritten(table: String, bytes: Int) {}
    public func chunkStarted(table: String, chunk: Int, bounds: String) {}
    public func chunkFinished(table: String, chunk: Int, rows: Int) {}
    public func note(table: String, _ text: String) {}
    public func tableFinished(_ result: TableResult) {}
}
