import CYAML
import Names

/// Reads one YAML 1.1 document into nodes by libyaml's events.
///
/// Bounded: nesting, and the number of nodes after every alias has been replaced by a copy of what
/// it names, so that a few lines of aliases cannot grow without end. Keys are scalars and each
/// stands once in its mapping. The target's only file that speaks to libyaml.
struct YAMLParser {
    /// The nesting and number of nodes accepted.
    static let depthLimit = 64
    static let nodeLimit = 200_000

    private let file: String
    private var anchors: [String: (node: ConfigNode, count: Int)] = [:]
    private var nodeCount = 0
    /// Duplicate keys, reported together after the document has been read.
    private var duplicates: [ConfigProblem] = []

    /// The root of the one document in `text`; an empty one is null.
    static func parse(_ text: [UInt8], file: String) throws(ConfigError) -> ConfigNode {
        var parser = unsafe yaml_parser_t()
        guard unsafe yaml_parser_initialize(&parser) == 1 else {
            throw ConfigError(
                .unreadable, operation: "read the configuration", subject: file,
                message: "libyaml has no memory")
        }
        defer { unsafe yaml_parser_delete(&parser) }
        var reader = YAMLParser(file: file)
        let result = unsafe text.withUnsafeBufferPointer {
            buffer -> Result<ConfigNode, ConfigError> in
            unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            do throws(ConfigError) {
                return .success(try unsafe reader.document(&parser))
            } catch {
                return .failure(error)
            }
        }
        let root = try result.get()
        if !reader.duplicates.isEmpty {
            throw ConfigError(.invalid, file: file, problems: reader.duplicates)
        }
        return root
    }

    private init(file: String) { self.file = file }

    /// What the reader needs of an event, copied out of libyaml's memory.
    private enum Event {
        case scalar(String, isPlain: Bool, anchor: String?)
        case alias(String)
        case sequence(anchor: String?)
        case mapping(anchor: String?)
        case end
        case other
    }

    private mutating func document(
        _ parser: inout yaml_parser_t
    ) throws(ConfigError) -> ConfigNode {
        var root: ConfigNode?
        while true {
            let (event, position, type) = try unsafe next(&parser)
            switch type {
            case YAML_STREAM_END_EVENT:
                let start = ConfigPosition(line: 1, column: 1)
                return root ?? ConfigNode(.scalar(text: "", isPlain: true), at: start)
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
            case YAML_DOCUMENT_START_EVENT:
                if root != nil { throw failure("a second document ('---')", position) }
            default: root = try unsafe node(event, position, &parser, depth: 0)
            }
        }
    }

    private mutating func node(
        _ event: Event, _ position: ConfigPosition, _ parser: inout yaml_parser_t, depth: Int
    ) throws(ConfigError) -> ConfigNode {
        if depth > YAMLParser.depthLimit { throw failure("nested too deeply", position) }
        let before = nodeCount
        try count(1, position)
        let node: ConfigNode
        let name: String?
        switch event {
        case .scalar(let text, let isPlain, let anchor):
            node = ConfigNode(.scalar(text: text, isPlain: isPlain), at: position)
            name = anchor
        case .alias(let target):
            guard let named = anchors[target] else {
                throw failure("'*\(target)' names nothing before it", position)
            }
            try count(named.count - 1, position)
            return named.node
        case .sequence(let anchor):
            node = ConfigNode(.sequence(try unsafe elements(&parser, depth)), at: position)
            name = anchor
        case .mapping(let anchor):
            node = ConfigNode(.mapping(try unsafe entries(&parser, depth)), at: position)
            name = anchor
        case .end, .other: throw failure("a value was expected", position)
        }
        if let name { anchors[name] = (node, nodeCount - before) }
        return node
    }

    private mutating func elements(
        _ parser: inout yaml_parser_t, _ depth: Int
    ) throws(ConfigError) -> [ConfigNode] {
        var elements: [ConfigNode] = []
        while true {
            let (event, position, _) = try unsafe next(&parser)
            if case .end = event { return elements }
            elements.append(try unsafe node(event, position, &parser, depth: depth + 1))
        }
    }

    private mutating func entries(
        _ parser: inout yaml_parser_t, _ depth: Int
    ) throws(ConfigError) -> [ConfigNode.Entry] {
        var entries: [ConfigNode.Entry] = []
        var lines: [ByteName: Int] = [:]
        while true {
            let (event, position, _) = try unsafe next(&parser)
            if case .end = event { return entries }
            let keyNode = try unsafe node(event, position, &parser, depth: depth + 1)
            guard case .scalar(let key, _) = keyNode.content else {
                throw failure("a key must be a plain word", position)
            }
            let (valueEvent, valuePosition, _) = try unsafe next(&parser)
            let value = try unsafe node(valueEvent, valuePosition, &parser, depth: depth + 1)
            if let line = lines[ByteName(key)] {
                duplicates.append(
                    ConfigProblem(
                        file: file, position: position,
                        message: "the key '\(key)' is given twice in this section",
                        hint: "The first is on line \(line)."))
                continue
            }
            lines[ByteName(key)] = position.line
            entries.append(.init(key: key, keyPosition: position, value: value))
        }
    }

    private mutating func count(_ more: Int, _ position: ConfigPosition) throws(ConfigError) {
        nodeCount += more
        if nodeCount > YAMLParser.nodeLimit {
            throw failure("more than \(YAMLParser.nodeLimit) values", position)
        }
    }

    private func next(
        _ parser: inout yaml_parser_t
    ) throws(ConfigError) -> (Event, ConfigPosition, yaml_event_type_t) {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
            throw unsafe syntaxError(parser)
        }
        defer { unsafe yaml_event_delete(&event) }
        let position = unsafe YAMLParser.position(event.start_mark)
        let type = unsafe event.type
        return (unsafe YAMLParser.copy(event), position, type)
    }

    private static func copy(_ event: yaml_event_t) -> Event {
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return unsafe .scalar(
                String(decoding: bytes, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, anchor: text(scalar.anchor))
        case YAML_ALIAS_EVENT: return unsafe .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            return unsafe .sequence(anchor: text(event.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT:
            return unsafe .mapping(anchor: text(event.data.mapping_start.anchor))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
        default: return .other
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    private static func position(_ mark: yaml_mark_t) -> ConfigPosition {
        ConfigPosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func syntaxError(_ parser: yaml_parser_t) -> ConfigError {
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "not YAML"
        let context = unsafe parser.context.map { unsafe " (" + String(cString: $0) + ")" } ?? ""
        var position = unsafe YAMLParser.position(parser.problem_mark)
        if unsafe parser.error == YAML_READER_ERROR {
            position = ConfigPosition(line: 1, column: 1)
            return failure(
                "\(problem) at byte \(unsafe parser.problem_offset)", position)
        }
        return failure(
            "not YAML: \(problem)\(context)", position,
            hint: "Check indentation and quotes around this line.")
    }

    private func failure(
        _ message: String, _ position: ConfigPosition, hint: String? = nil
    ) -> ConfigError {
        ConfigError(
            .syntax, file: file,
            problems: [
                ConfigProblem(file: file, position: position, message: message, hint: hint)
            ])
    }
}
