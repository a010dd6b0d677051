import Extract

/// Hears nothing: for commands that read no rows.
struct NoObserver: ExtractObserver {
    func tableStarted(_ plan: TablePlan) {}
    func rowsRead(table: String, rows: Int) {}
    func bytesWritten(table: String, bytes: Int) {}
    func chunkStarted(table: String, chunk: Int, bounds: String) {}
    func chunkFinished(table: String, chunk: Int, rows: Int) {}
    func note(table: String, _ text: String) {}
    func tableFinished(_ result: TableResult) {}
}
