/// Why an expression cannot be read, typed or evaluated.
public struct ExpressionError: Error, Hashable, Sendable {
    /// The kinds of faults.
    public enum Code: String, Sendable {
        /// The text is not of the language.
        case syntax
        /// A column or function that is not there.
        case unknownName
        /// Operands whose types do not go together.
        case type
        /// A value that cannot be computed, where the language has no NULL for it.
        case value
    }

    /// Which kind it is.
    public var code: Code
    /// Where in the text, bytes from 0.
    public var offset: Int
    /// What is wrong, a sentence without its place.
    public var message: String
    /// What to write instead, where that is known.
    public var hint: String?

    /// A fault at byte `offset` of the text.
    public init(_ code: Code, at offset: Int, _ message: String, hint: String? = nil) {
        self.code = code
        self.offset = offset
        self.message = message
        self.hint = hint
    }
}
