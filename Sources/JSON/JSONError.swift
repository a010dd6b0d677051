/// Text that is not the JSON it should be.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure a caller may switch on.
    public enum Code: String, Sendable {
        /// The text ends inside a value.
        case truncated
        /// A byte that the grammar does not allow there.
        case syntax
        /// A string that is not UTF-8 or holds half of a surrogate pair.
        case encoding
        /// Arrays and objects nested deeper than the limit.
        case depth
    }

    /// What is wrong, for callers that decide by it.
    public var code: Code
    /// Why, naming what was found.
    public var message: String
    /// Where, in bytes from the start of the text.
    public var offset: Int

    /// A fault at byte `offset` of the text, from 0.
    public init(_ code: Code, _ message: String, offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// The message and its place.
    public var description: String { "\(message) at byte \(offset)" }
}
