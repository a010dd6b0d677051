/// A JSON document (RFC 8259).
///
/// Numbers keep their digits as written, so 64-bit integers and decimals stay exact; two numbers
/// are equal when they are spelled alike (`1.0` and `1` differ).
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number's text, in the grammar of RFC 8259 section 6.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// An integer.
    public init(_ value: some BinaryInteger) { self = .number(String(value)) }

    /// A double in its shortest round-trip digits; null when it is not finite.
    public init(_ value: Double) {
        self = value.isFinite ? .number(String(value)) : .null
    }

    /// A text, or null.
    public init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The boolean, or nil when this is not one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The text, or nil when this is not a string.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The digits of a number as written, or nil when this is not one.
    public var number: String? {
        if case .number(let digits) = self { digits } else { nil }
    }

    /// The number as a 64-bit integer; nil when it has a fraction or exponent or does not fit.
    public var int64: Int64? { number.flatMap { Int64($0) } }

    /// The number as an `Int`; nil as for `int64`.
    public var int: Int? { number.flatMap { Int($0) } }

    /// The number as the nearest double, or nil when this is not a number.
    public var double: Double? { number.flatMap { Double($0) } }

    /// The elements, or nil when this is not an array.
    public var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The members, or nil when this is not an object.
    public var object: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The member called `key`; nil when there is none or this is not an object.
    public subscript(key: String) -> JSONValue? { object?[key] }
}

// Not by `nil`: where an optional value is meant, `nil` would silently become the value null.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self.init(value) }
    /// A number in the shortest text that reads back as it.
    public init(floatLiteral value: Double) { self.init(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array of the elements in their order.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object that keeps the order of its members.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}

extension JSONValue: CustomStringConvertible {
    /// The compact text.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
