import Names

/// Where something stands in a configuration file, both from 1.
public struct ConfigPosition: Hashable, Sendable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One value of a YAML document and where it stands.
public struct ConfigNode: Hashable, Sendable {
    /// The three kinds of YAML node; aliases are already replaced by what they name.
    public indirect enum Content: Hashable, Sendable {
        /// The text as written, without quotes; `isPlain` when it had none.
        case scalar(text: String, isPlain: Bool)
        case sequence([ConfigNode])
        /// The entries in the order written, each key once.
        case mapping([Entry])
    }

    /// One key of a mapping and its value.
    public struct Entry: Hashable, Sendable {
        public var key: String
        public var keyPosition: ConfigPosition
        public var value: ConfigNode
    }

    public var content: Content
    public var position: ConfigPosition

    public init(_ content: Content, at position: ConfigPosition) {
        self.content = content
        self.position = position
    }

    /// Whether this is YAML's null: nothing, `~` or `null` without quotes.
    public var isNull: Bool {
        guard case .scalar(let text, true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The entries, or nil when this is not a mapping.
    public var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The elements, or nil when this is not a sequence.
    public var elements: [ConfigNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The text of a scalar, or nil when this is not one or is null.
    public var text: String? {
        if !isNull, case .scalar(let text, _) = content { text } else { nil }
    }

    /// The value of `key`, or nil when there is none or this is not a mapping.
    public subscript(key: String) -> ConfigNode? {
        entries?.first { $0.key.isSame(as: key) }?.value
    }

    /// What this is, for messages: `the text 'x'`, `a list`.
    var summary: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a section"
        case .scalar where isNull: "nothing"
        case .scalar(let text, true): "'\(text.prefix(60))'"
        case .scalar(let text, false): "the text \"\(text.prefix(60))\""
        }
    }
}
