public import Columnar

extension Column {
    /// Takes the hash of each row's value into the row's state. A few nanoseconds a value; a
    /// dictionary's values are hashed once where that is less.
    ///
    /// - Parameters:
    ///   - null: the hash of NULL; nil hashes what stands in a NULL's slot, whatever it is.
    ///   - trims: leaves trailing spaces of text out.
    ///   - known: what is taken for the dictionary's values, where it is known.
    ///   - salted: what is made of each value's hash before it is taken, NULL's included.
    ///   - combined: a row's next state, of the one before and a hash.
    @inline(__always)
    public func hash(
        into states: inout [ValueHash], null: ValueHash?, trims: Bool = false,
        known: [ValueHash]? = nil, salted: (ValueHash) -> ValueHash = { $0 },
        combined: (ValueHash, ValueHash) -> ValueHash
    ) {
        precondition(states.count == count, "one state a row")
        switch storage {
        case .bool(let values):
            let values = values.span
            each(&states, null, salted, combined) { .word(UInt64(values[$0])) }
        case .int32(let values):
            let values = values.span
            each(&states, null, salted, combined) { .word(UInt64(bitPattern: Int64(values[$0]))) }
        case .int64(let values):
            let values = values.span
            if scale > 0 {
                each(&states, null, salted, combined) { .number(values[$0], scale: scale) }
            } else {
                each(&states, null, salted, combined) { .word(UInt64(bitPattern: values[$0])) }
            }
        case .int128(let values):
            let values = values.span
            each(&states, null, salted, combined) { .number(values[$0], scale: scale) }
        case .float(let values):
            let values = values.span
            each(&states, null, salted, combined) { .real(Double(values[$0])) }
        case .double(let values):
            let values = values.span
            each(&states, null, salted, combined) { .real(values[$0]) }
        case .bytes(let values):
            let bytes = values.bytes.span
            let offsets = values.offsets.span
            each(&states, null, salted, combined) { row in
                .bytes(bytes, Int(offsets[row])..<Int(offsets[row + 1]), trims: trims)
            }
        case .dictionary(let codes, let dictionary):
            let values = dictionary.values
            if known == nil, values.count > count {
                let bytes = values.bytes.span
                each(&states, null, salted, combined) { row in
                    // The slot of a NULL may hold any code.
                    let code = Int(codes[row])
                    return code < values.count
                        ? .bytes(bytes, values.range(code), trims: trims) : .zero
                }
            } else {
                let hashed = known ?? values.hashes(trims: trims).map(salted)
                each(&states, null.map(salted), { $0 }, combined) { row in
                    let code = Int(codes[row])
                    return code < hashed.count ? hashed[code] : .zero
                }
            }
        case .structure, .list, .map:
            each(&states, null, salted, combined) { row in
                let text = textBytes(row)
                return .bytes(text.span, 0..<text.count)
            }
        }
    }

    private var scale: Int {
        if case .decimal(_, let scale) = type { scale } else { 0 }
    }

    @inline(__always)
    private func each(
        _ states: inout [ValueHash], _ null: ValueHash?, _ salted: (ValueHash) -> ValueHash,
        _ combined: (ValueHash, ValueHash) -> ValueHash, _ hashed: (Int) -> ValueHash
    ) {
        var states = states.mutableSpan
        guard let null, let validity else {
            for row in states.indices { states[row] = combined(states[row], salted(hashed(row))) }
            return
        }
        let missing = salted(null)
        for row in states.indices {
            let hash = validity[row] ? salted(hashed(row)) : missing
            states[row] = combined(states[row], hash)
        }
    }
}

extension ByteVector {
    /// The hash of each string from `first` on.
    public func hashes(from first: Int = 0, trims: Bool = false) -> [ValueHash] {
        let bytes = self.bytes.span
        var hashes: [ValueHash] = []
        hashes.reserveCapacity(count - first)
        for index in first..<count { hashes.append(.bytes(bytes, range(index), trims: trims)) }
        return hashes
    }
}
