public import Lake

extension EventBatch {
    /// The batch by the names of a stored table.
    public func stored(by names: StoredNames) -> EventBatch {
        if names.isEmpty { return self }
        var events = self
        events.rows = names.stored(rows)
        events.absent = Set(absent.map { names.stored($0) })
        return events
    }
}
