extension ColumnType {
    /// Whether every value of this type has an equal one in `type`, so that a column may become
    /// wider without loss (P24): more bits, more digits before and after the point.
    public func widens(to type: ColumnType) -> Bool {
        switch (self, type) {
        case (.float, .double): return true
        case (.decimal(let precision, let scale), .decimal(let wider, let finer)):
            return self != type && finer >= scale && wider - finer >= precision - scale
        case (_, .decimal(let precision, let scale)):
            guard let digits = integerDigits else { return false }
            return precision - scale >= digits
        default:
            guard let digits = integerDigits, let wider = type.integerDigits else { return false }
            return digits < wider
        }
    }

    /// The decimal digits that hold every value of a whole-number type; nil for other types.
    private var integerDigits: Int? {
        switch self {
        case .byte: 3
        case .short: 5
        case .integer: 10
        case .long: 19
        default: nil
        }
    }
}

extension Column {
    /// The same values in a type that `widens` admits. O(count).
    public func widened(to wider: ColumnType) -> Column {
        precondition(type.widens(to: wider), "\(type) does not widen to \(wider)")
        switch (storage, wider) {
        case (.float(let values), _):
            return Column(wider, storage: .double(values.map { Double($0) }), validity: validity)
        case (_, .decimal(let precision, let scale)):
            let factor = Decimal.powerOfTen(scale - self.scale)
            let values = wholeNumbers().map { $0 * factor }
            let storage: ColumnStorage =
                precision <= 18
                ? .int64(values.map { Int64(truncatingIfNeeded: $0) }) : .int128(values)
            return Column(wider, storage: storage, validity: validity)
        case (.int32(let values), .long):
            return Column(wider, storage: .int64(values.map(Int64.init)), validity: validity)
        default: return Column(wider, storage: storage, validity: validity)
        }
    }

    private var scale: Int {
        if case .decimal(_, let scale) = type { scale } else { 0 }
    }

    /// The unscaled values; slots of nulls are zero, as their content could overflow.
    private func wholeNumbers() -> [Int128] {
        func values(_ value: (Int) -> Int128) -> [Int128] {
            (0..<count).map { isNull($0) ? 0 : value($0) }
        }
        switch storage {
        case .int32(let raw): return values { Int128(raw[$0]) }
        case .int64(let raw): return values { Int128(raw[$0]) }
        case .int128(let raw): return values { raw[$0] }
        default: preconditionFailure("only numbers widen")
        }
    }
}
