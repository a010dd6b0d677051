import Columnar

/// What one leaf contributes to a batch: levels, and the values that are there.
struct LeafBatch {
    /// Values and nulls; every element of a list counts.
    var entryCount = 0
    /// One a entry; nil when every entry is a value (columns outside lists only).
    var definitions: [UInt8]?
    /// One a entry; empty for columns outside lists.
    var repetitions: [UInt8] = []
    var pieces = ValuePieces()
    /// The chunk's dictionary as of the end of the batch.
    var dictionary: LeafDictionary?

    /// The definition levels of the entries that start a slot; nil when all are values.
    func slotLevels(_ levels: NodeLevels, maxRepetition: UInt8) -> [UInt8]? {
        guard let definitions else { return nil }
        if levels.slotRepetition == maxRepetition {
            if levels.slotDefinition == 0 { return definitions }
            return definitions.filter { $0 >= levels.slotDefinition }
        }
        var slots: [UInt8] = []
        for index in definitions.indices
        where repetitions[index] <= levels.slotRepetition
            && definitions[index] >= levels.slotDefinition
        {
            slots.append(definitions[index])
        }
        return slots
    }

    /// Where each slot's elements start and the last ends, for a list whose element is there from
    /// `elementDefinition` on.
    func listOffsets(
        _ levels: NodeLevels, elementDefinition: UInt8
    ) throws(Damage) -> [UInt32] {
        guard let definitions else { throw Damage("a list without levels") }
        var offsets: [UInt32] = []
        var count: UInt32 = 0
        var isOpen = false
        for index in definitions.indices {
            let repetition = repetitions[index]
            let definition = definitions[index]
            if repetition <= levels.slotRepetition {
                isOpen = definition >= elementDefinition
                if definition >= levels.slotDefinition { offsets.append(count) }
                if isOpen { count += 1 }
            } else if repetition == levels.slotRepetition + 1 {
                guard isOpen, definition >= elementDefinition else {
                    throw Damage("levels that continue a list that is not there")
                }
                count += 1
            } else if !isOpen {
                throw Damage("levels that continue a list that is not there")
            }
        }
        offsets.append(count)
        return offsets
    }
}
