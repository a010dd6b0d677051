/// One positional argument of a command.
public struct ArgumentRule: Sendable {
    public let name: String
    public let isRequired: Bool
    public let isRepeatable: Bool
    public let help: String

    public init(
        _ name: String, isRequired: Bool = true, isRepeatable: Bool = false, _ help: String
    ) {
        self.name = name
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
        self.help = help
    }
}
