/// The name of one run: 26 characters that ascend with time, in the form of a ULID.
///
/// 48 bits of milliseconds since the epoch, then 80 random bits, in Crockford's base 32.
public struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 26 characters.
    public let text: String

    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// The id of a run that begins at `milliseconds` since the epoch.
    public init(milliseconds: Int64, using generator: inout some RandomNumberGenerator) {
        var value = UInt128(UInt64(max(0, milliseconds)) & 0xFFFF_FFFF_FFFF) << 80
        value |= UInt128(generator.next() as UInt64) << 16
        value |= UInt128(UInt16.random(in: .min ... .max, using: &generator))
        var characters: [Character] = []
        for shift in stride(from: 125, through: 0, by: -5) {
            characters.append(RunID.digits[Int(truncatingIfNeeded: value >> UInt128(shift)) & 31])
        }
        text = String(characters)
    }

    /// The id of a run that begins at `milliseconds`, with the system's random numbers.
    public init(milliseconds: Int64) {
        var generator = SystemRandomNumberGenerator()
        self.init(milliseconds: milliseconds, using: &generator)
    }

    /// An id from its text, or nil when it is not one.
    public init?(_ text: String) {
        guard text.utf8.count == 26, text.allSatisfy(RunID.digits.contains),
            text.first.map({ "01234567".contains($0) }) == true
        else { return nil }
        self.text = text
    }

    /// When the run began, in milliseconds since the epoch.
    public var milliseconds: Int64 {
        text.prefix(10).reduce(0) { value, digit in
            value << 5 | Int64(RunID.digits.firstIndex(of: digit) ?? 0)
        }
    }

    public var description: String { text }

    public static func < (left: RunID, right: RunID) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
