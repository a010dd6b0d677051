/// The least and greatest value seen, and what is wrong with them.
struct Bounds: Hashable, Sendable {
    private(set) var min: BoundValue?
    private(set) var max: BoundValue?
    private(set) var hasNaN = false
    private(set) var isMinTruncated = false
    private(set) var isMaxTruncated = false

    /// The bytes kept of a string: enough for every statistic that is made of them.
    static let keptByteCount = 256

    /// No value seen.
    init() {}

    init(min: BoundValue, max: BoundValue) {
        self.min = min
        self.max = max
    }

    /// As a footer tells them.
    init(min: BoundValue, max: BoundValue, areTruncated: Bool) {
        self.min = min
        self.max = max
        isMinTruncated = areTruncated
        isMaxTruncated = areTruncated
    }

    /// Of strings, cut to what is kept.
    init(min: ArraySlice<UInt8>, max: ArraySlice<UInt8>) {
        self.min = .bytes(Array(min.prefix(Bounds.keptByteCount)))
        self.max = .bytes(Array(max.prefix(Bounds.keptByteCount)))
        isMinTruncated = min.count > Bounds.keptByteCount
        isMaxTruncated = max.count > Bounds.keptByteCount
    }

    /// Of floating point that holds a NaN; its other bounds are worthless to readers.
    static var notANumber: Bounds {
        var bounds = Bounds()
        bounds.hasNaN = true
        return bounds
    }

    /// The bounds to tell readers: none when a NaN was seen, since readers order NaN differently.
    var usable: (min: BoundValue, max: BoundValue)? {
        guard !hasNaN, let min, let max else { return nil }
        return (min, max)
    }

    mutating func merge(_ other: Bounds) {
        hasNaN = hasNaN || other.hasNaN
        if let candidate = other.min {
            if let current = min {
                if candidate < current {
                    min = candidate
                    isMinTruncated = other.isMinTruncated
                } else if candidate == current {
                    isMinTruncated = isMinTruncated || other.isMinTruncated
                }
            } else {
                min = candidate
                isMinTruncated = other.isMinTruncated
            }
        }
        if let candidate = other.max {
            if let current = max {
                if current < candidate {
                    max = candidate
                    isMaxTruncated = other.isMaxTruncated
                } else if candidate == current {
                    isMaxTruncated = isMaxTruncated || other.isMaxTruncated
                }
            } else {
                max = candidate
                isMaxTruncated = other.isMaxTruncated
            }
        }
    }
}
