import Columnar

/// Puts a column together from the levels and values of its leaves (the reverse of Dremel's
/// shredding): slots, validity and offsets of each node come from the levels of its first leaf.
struct ColumnAssembly {
    /// The leaves' batches by their index in the file.
    let batches: [Int: LeafBatch]

    func column(_ plan: ColumnPlan) throws(Damage) -> Column {
        switch plan {
        case .leaf(let leaf): return try leafColumn(leaf)
        case .structure(let type, let levels, let children):
            var columns: [Column] = []
            for child in children { columns.append(try column(child)) }
            guard let first = columns.first, columns.allSatisfy({ $0.count == first.count }) else {
                throw Damage("the fields of a structure have different counts")
            }
            let validity = try validity(plan, levels, count: first.count)
            return Column(type, storage: .structure(columns), validity: validity)
        case .list(let type, let levels, let element):
            let offsets = try offsets(plan, levels, element)
            let column = try column(element)
            guard column.count == Int(offsets.last ?? 0) else {
                throw Damage("the elements of a list differ in number from its levels")
            }
            let validity = try validity(plan, levels, count: offsets.count - 1)
            return Column(
                type, storage: .list(offsets: offsets, element: column), validity: validity)
        case .map(let type, let levels, let key, let value):
            let offsets = try offsets(plan, levels, key)
            let keys = try column(key)
            let values = try column(value)
            guard keys.count == Int(offsets.last ?? 0), values.count == keys.count else {
                throw Damage("the keys and values of a map differ in number")
            }
            let validity = try validity(plan, levels, count: offsets.count - 1)
            return Column(
                type, storage: .map(offsets: offsets, key: keys, value: values),
                validity: validity)
        }
    }

    private func firstLeaf(_ plan: ColumnPlan) throws(Damage) -> (LeafPlan, LeafBatch) {
        guard let leaf = plan.leaves.first, let batch = batches[leaf.index] else {
            throw Damage("a column without leaves")
        }
        return (leaf, batch)
    }

    private func offsets(
        _ plan: ColumnPlan, _ levels: NodeLevels, _ element: ColumnPlan
    ) throws(Damage) -> [UInt32] {
        try firstLeaf(plan).1.listOffsets(
            levels, elementDefinition: element.levels.slotDefinition)
    }

    private func validity(
        _ plan: ColumnPlan, _ levels: NodeLevels, count: Int
    ) throws(Damage) -> Bitmap? {
        if levels.present <= levels.slotDefinition { return nil }
        let (leaf, batch) = try firstLeaf(plan)
        guard let slots = batch.slotLevels(levels, maxRepetition: leaf.maxRepetition) else {
            return nil
        }
        guard slots.count == count else { throw Damage("levels of one column disagree") }
        let (words, setCount) = bits(of: slots, atLeast: levels.present)
        return setCount == count ? nil : Bitmap(words: words, count: count)
    }

    private func leafColumn(_ plan: LeafPlan) throws(Damage) -> Column {
        guard let batch = batches[plan.index] else { throw Damage("a column without a leaf") }
        let type = plan.leaf.type
        let slots = batch.slotLevels(plan.levels, maxRepetition: plan.maxRepetition)
        let values = try batch.pieces.joined(batch.dictionary)
        let shared = batch.dictionary?.shared
        let count = slots?.count ?? batch.entryCount
        guard let values else { return Column.nulls(type, count: count).allValid(if: count == 0) }
        guard let slots, values.count < count else {
            return Column(type, storage: try ColumnStorage(values, shared: shared))
        }
        let (words, setCount) = bits(of: slots, atLeast: plan.maxDefinition)
        guard setCount == values.count else { throw Damage("values differ in number from levels") }
        let spread = try spreadValues(values, slots, present: plan.maxDefinition)
        return Column(
            type, storage: try ColumnStorage(spread, shared: shared),
            validity: Bitmap(words: words, count: count))
    }

    private func spreadValues(
        _ values: DecodedValues, _ slots: [UInt8], present: UInt8
    ) throws(Damage) -> DecodedValues {
        switch values {
        case .bool(let values):
            return .bool(spread(values, levels: slots, present: present, zero: 0))
        case .int32(let values):
            return .int32(spread(values, levels: slots, present: present, zero: 0))
        case .int64(let values):
            return .int64(spread(values, levels: slots, present: present, zero: 0))
        case .int128(let values):
            return .int128(spread(values, levels: slots, present: present, zero: 0))
        case .float(let values):
            return .float(spread(values, levels: slots, present: present, zero: 0))
        case .double(let values):
            return .double(spread(values, levels: slots, present: present, zero: 0))
        case .codes(let values):
            return .codes(spread(values, levels: slots, present: present, zero: 0))
        case .bytes(let values):
            // A null is an empty string: its end is its start.
            var offsets: [UInt32] = [0]
            offsets.reserveCapacity(slots.count + 1)
            var next = 0
            for level in slots {
                if level == present { next += 1 }
                offsets.append(values.offsets[next])
            }
            return .bytes(ByteVector(offsets: offsets, bytes: values.bytes))
        case .fixed: throw Damage("values that were not converted")
        }
    }
}

extension ColumnPlan {
    var levels: NodeLevels {
        switch self {
        case .leaf(let leaf): leaf.levels
        case .structure(_, let levels, _), .list(_, let levels, _), .map(_, let levels, _, _):
            levels
        }
    }
}

extension Column {
    /// The same column without its validity when it has no rows that could be null.
    fileprivate func allValid(if isEmpty: Bool) -> Column {
        isEmpty ? Column(type, storage: storage) : self
    }
}

extension ColumnStorage {
    /// Converted values as a column's; codes need the dictionary they point into.
    init(_ values: DecodedValues, shared: DictionaryValues?) throws(Damage) {
        switch values {
        case .bool(let values): self = .bool(values)
        case .int32(let values): self = .int32(values)
        case .int64(let values): self = .int64(values)
        case .int128(let values): self = .int128(values)
        case .float(let values): self = .float(values)
        case .double(let values): self = .double(values)
        case .bytes(let values): self = .bytes(values)
        case .codes(let codes):
            guard let shared else { throw Damage("codes without a dictionary") }
            self = .dictionary(codes: codes, values: shared)
        case .fixed: throw Damage("values that were not converted")
        }
    }
}
