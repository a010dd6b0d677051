import Columnar
public import Events

/// What orders a key's events, and what tells their time.
public enum SequenceKind: Hashable, Sendable {
    /// A time of the source: order and validity.
    case time
    /// A number of the source; validity is the time of extraction.
    case number
    /// The time of extraction: events arrive in the order of their sequence.
    case extraction
}

extension BronzeEvents {
    /// What orders the events, as a dimension's merge takes it.
    public var kind: SequenceKind {
        if case .expression(_, let isTime) = sequence { return isTime ? .time : .number }
        guard let name = sequence.column, let field = schema[name] else { return .extraction }
        switch field.type {
        case .date, .timestamp, .timestampNtz: return .time
        default: return .number
        }
    }
}
