/// Why a regular expression cannot be used, or was given up on a text.
struct RegexFailure: Error {
    var message: String
    var hint: String?
}
