/// Why an expression cannot be read, typed or evaluated.
public struct ExpressionError: Error, Hashable, Sendable {
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

    public var code: Code
    /// Where in the text, bytes from 0.
    public var offset: Int
    public var message: String
    public var hint: String?

    public init(_ code: Code, at offset: Int, _ message: String, hint: String? = nil) {
        self.code = code
        self.offset = offset
        self.message = message
        self.hint = hint
    }
}
