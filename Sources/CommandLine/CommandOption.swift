/// An option that a command declares.
public protocol DeclaredOption: Sendable {
    var rule: OptionRule { get }
}

/// An option and the type of what it says: by it an invocation is asked, never by a name.
public struct CommandOption<Value: Sendable>: DeclaredOption {
    public let rule: OptionRule
    /// What its texts say, in the order written; none when it is not there.
    let read: @Sendable ([String]) -> Value

    private init(_ rule: OptionRule, _ read: @escaping @Sendable ([String]) -> Value) {
        self.rule = rule
        self.read = read
    }

    /// The same option with another help, for a command that takes it for something else.
    public func described(_ help: String) -> CommandOption {
        CommandOption(
            OptionRule(rule.name, rule.value, isRepeatable: rule.isRepeatable, help), read)
    }

    /// An option that takes one word of `type`; nil when it is not there.
    public static func word<Word>(
        _ name: String, _ type: Word.Type, _ help: String
    ) -> CommandOption
    where
        Word: RawRepresentable & CaseIterable & Sendable, Word.RawValue == String, Value == Word?
    {
        CommandOption(OptionRule(name, .word(type.allCases.map(\.rawValue)), help)) { texts in
            texts.last.flatMap { Word(rawValue: $0) }
        }
    }
}

extension CommandOption<Bool> {
    /// An option that takes nothing: whether it is there.
    public static func flag(_ name: String, _ help: String) -> CommandOption {
        CommandOption(OptionRule(name, .none, help)) { !$0.isEmpty }
    }
}

extension CommandOption<String?> {
    /// An option that takes a text, for which `placeholder` stands in help.
    public static func text(
        _ name: String, _ placeholder: String, _ help: String
    ) -> CommandOption {
        CommandOption(OptionRule(name, .text(placeholder), help), \.last)
    }
}

extension CommandOption<[String]> {
    /// An option that takes a text and may be repeated.
    public static func texts(
        _ name: String, _ placeholder: String, _ help: String
    ) -> CommandOption {
        CommandOption(OptionRule(name, .text(placeholder), isRepeatable: true, help)) { $0 }
    }
}

extension CommandOption<Int?> {
    /// An option that takes a whole number of at least 0.
    public static func count(
        _ name: String, _ placeholder: String, _ help: String
    ) -> CommandOption {
        CommandOption(OptionRule(name, .count(placeholder), help)) { $0.last.flatMap { Int($0) } }
    }
}
