/// A text of the configuration and where it begins, for errors found later.
public struct ConfigText: Hashable, Sendable {
    public var text: String
    public var position: ConfigPosition

    public init(_ text: String, at position: ConfigPosition) {
        self.text = text
        self.position = position
    }
}

extension Configuration {
    /// What silver and gold are made of (`transform`), in the order written.
    public struct Transform: Sendable {
        public var dimensions: [Dimension] = []
        public var facts: [Fact] = []
        public var oneBigTables: [OneBigTable] = []

        public init() {}

        /// Whether nothing is configured.
        public var isEmpty: Bool { dimensions.isEmpty && facts.isEmpty && oneBigTables.isEmpty }
    }

    /// What dimensions and facts have in common.
    public struct Entity: Sendable {
        /// What becomes of a row whose sequence is NULL.
        public enum NullSequence: String, Sendable, CaseIterable {
            /// It is older than every other row of its key.
            case oldest
            case quarantine
        }

        public var name: ConfigText
        /// The source's schema and table (`from: schema.table`).
        public var schema: String
        public var table: String
        /// Of whole rows none.
        public var key: [ConfigText] = []
        /// `key: all` of a fact: every column is its key, and what becomes of equal rows.
        public var equalRows: EqualRows?
        /// A column or an expression; nil takes the watermark column, else the time of extraction.
        public var sequence: ConfigText?
        public var nullSequence = NullSequence.oldest
        public var clean: [Clean] = []
        public var rules: [Rule] = []
        public var owner: String?
        /// Percent of a run's rows that may be set aside; nil for no limit.
        public var maxQuarantinedPercent: Double?
        /// `compare: binary`: keys are equal when their bytes are, whatever the source says.
        public var comparesBytes = false
        /// Whether silver's files get Bloom filters of the key; nil where that pays.
        public var hasBloomFilters: Bool?
    }

    /// What becomes of rows of a fact that are equal in every column (`duplicates`).
    public enum EqualRows: String, Sendable, CaseIterable {
        case drop, keep
    }

    /// How keys of texts are compared.
    public enum Comparison: String, Sendable, CaseIterable {
        case collation, binary
    }

    /// A column and the expression of its cleaned value.
    public struct Clean: Sendable {
        public var column: ConfigText
        public var expression: ConfigText
    }

    public struct Dimension: Sendable {
        /// What becomes of members that the source deletes.
        public enum Deletes: String, Sendable, CaseIterable {
            case close, ignore
        }

        public var entity: Entity
        /// Nil tracks every column but the key and the sequence.
        public var track: [ConfigText]?
        public var deletes = Deletes.close
        /// Percent of the open members that one snapshot may close.
        public var maxDeletePercent = 20.0
    }

    /// How coarse partitions are.
    public enum Partition: String, Sendable, CaseIterable {
        case day, month, year
    }

    public struct Fact: Sendable {
        public var entity: Entity
        /// Nil for a fact without one, which is one partition.
        public var date: ConfigText?
        public var partition = Partition.day
        /// Percent of the keys that one full state may lack.
        public var maxDeletePercent = 20.0
    }

    public struct OneBigTable: Sendable {
        /// Which old partitions follow a changed dimension.
        public enum Restate: Hashable, Sendable {
            case touched, all, never
            case window(days: Int)
        }

        public var name: ConfigText
        public var fact: ConfigText
        /// The fact's columns that are taken over; nil for all but `excludedColumns`.
        public var includedColumns: [ConfigText]?
        public var excludedColumns: [ConfigText] = []
        public var joins: [Join] = []
        /// The column that the table is partitioned by; nil takes the fact's date, if it has one.
        public var date: ConfigText?
        public var partition = Partition.day
        /// Where `partition` is written; nil where it is not.
        public var partitionPosition: ConfigPosition?
        public var restate = Restate.touched
    }

    /// The attributes that a dimension, or another fact, gives to a One Big Table.
    public struct Join: Sendable {
        /// Which version of a member is joined.
        public enum Version: String, Sendable, CaseIterable {
            case latest
            case asOf = "as_of"
        }

        public var dimension: ConfigText
        public var on: [Match] = []
        public var columns: [ConfigText] = []
        public var version = Version.latest
    }

    /// A column here that must equal a column there.
    public struct Match: Sendable {
        public var column: ConfigText
        public var other: ConfigText
    }

    /// A quality rule (docs/specification/quality.md#kinds-of-rules).
    public struct Rule: Sendable {
        public enum Severity: String, Sendable, CaseIterable {
            case error, warn, fatal
        }

        /// What a rule makes of NULL.
        public enum Nulls: String, Sendable, CaseIterable {
            case pass, fail
        }

        /// More failures than this.
        public enum Threshold: Hashable, Sendable {
            case count(Int)
            case percent(Double)
        }

        public enum Kind: Sendable {
            case check(ConfigText)
            case notNull([ConfigText])
            case unique([ConfigText])
            case values(column: ConfigText, [String])
            /// The bounds as written; nil is open.
            case range(column: ConfigText, minimum: ConfigText?, maximum: ConfigText?)
            case matches(column: ConfigText, pattern: ConfigText)
            case references(dimension: ConfigText, [Match])
            case freshness(column: ConfigText, Duration)
            case rowCount(minimum: Int?, maximum: Int?)
        }

        public var id: ConfigText
        public var kind: Kind
        public var nulls = Nulls.pass
        public var severity = Severity.error
        public var condition: ConfigText?
        public var fatalIf: Threshold?
        public var warnIf: Threshold?
        public var owner: String?
    }
}
