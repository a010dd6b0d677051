import Names
public import Pipeline

/// What an agent.conf says, typed, with defaults filled in (agent.conf.example).
public struct Configuration: Sendable {
    /// The path it was read from, as given.
    public var file: String
    public var source: Source
    /// Absolute path of the lake's folder.
    public var lake: String
    /// Absolute path of the state store.
    public var state: String
    public var extract: Extract
    /// What silver and gold are made of, dimensions after those that they refer to.
    public var transform: Pipeline
    public var upkeep: Upkeep
    /// What is allowed but unwise, for example a password in the file.
    public var warnings: [ConfigProblem]
}

extension Configuration {
    /// How to reach the server (`source`).
    public struct Source: Sendable {
        /// How the connection is encrypted and the server's certificate checked.
        public enum TLS: String, Sendable, CaseIterable {
            case disabled, preferred, required
            case verifyCA = "verify-ca"
            case verifyIdentity = "verify-identity"
        }

        /// Where the server listens.
        public enum Address: Hashable, Sendable {
            case host(String, port: Int)
            /// Absolute path of a Unix socket.
            case socket(String)
        }

        public var address: Address = .host("127.0.0.1", port: 3306)
        public var user = ""
        /// Nil when the server asks for none (socket authentication).
        public var password: SecretSource?
        public var tls: TLS = .preferred
        /// Absolute paths of PEM files: authorities, client certificate, client key.
        public var authorityFile: String?
        public var certificateFile: String?
        public var keyFile: String?
        /// The zone in which DATETIME values are read.
        public var timeZone = ZoneChoice(name: "+00:00", offsetMinutes: 0)
        public var connectTimeout: Duration = .seconds(10)
        /// Whether the wire protocol is compressed; slower on one machine or a fast network.
        public var compression = false

        public init() {}
    }

    /// A time zone by its offset or its IANA name.
    public struct ZoneChoice: Hashable, Sendable {
        public var name: String
        /// Minutes east of UTC; nil for a name.
        public var offsetMinutes: Int?

        public init(name: String, offsetMinutes: Int?) {
            self.name = name
            self.offsetMinutes = offsetMinutes
        }
    }

    /// How values of types with two honest mappings are read; nil in a table means the general one.
    public struct TypeChoices: Hashable, Sendable {
        /// What a number type that often means yes or no becomes.
        public enum Truth: String, Sendable, CaseIterable {
            case number, boolean
        }

        /// What TIME becomes.
        public enum Time: String, Sendable, CaseIterable {
            case text, microseconds
        }

        public var tinyint1: Truth?
        public var bit1: Truth?
        public var time: Time?

        public init(tinyint1: Truth? = nil, bit1: Truth? = nil, time: Time? = nil) {
            self.tinyint1 = tinyint1
            self.bit1 = bit1
            self.time = time
        }
    }

    /// What is copied and how (`extract`).
    public struct Extract: Sendable {
        /// Parquet compression.
        public enum Codec: String, Sendable, CaseIterable {
            case zstd, gzip, snappy, none
        }

        /// How much of a table is proved equal to the source.
        public enum Verify: String, Sendable, CaseIterable {
            case off, count
        }

        /// The schema meant when the command line names none.
        public var schema: String?
        /// Patterns of table names with `*` and `?`.
        public var include = ["*"]
        public var exclude: [String] = []
        public var views = false
        public var connections = 2
        public var codec: Codec = .zstd
        public var verify: Verify = .count
        /// Kept behind the oldest open transaction, waited out; at most one second.
        public var margin: Duration = .seconds(1)
        /// Kept behind the clock when open transactions cannot be seen.
        public var noProcessMargin: Duration = .seconds(15 * 60)
        /// How long rows may wait for an open transaction before their table counts as failed.
        public var maxLag: Duration = .seconds(86_400)
        /// Rows of one chunk of a large table.
        public var chunkRows = 5_000_000
        public var rowGroupRows = 1_048_576
        /// Bytes at which a Parquet file is closed and the next begun.
        public var fileSizeBytes = 128 << 20
        /// Rows up to which a table counts as small: its watermark needs no index.
        public var smallTableRows = 100_000
        /// Attempts after the first at reading a chunk.
        public var retries = 3
        /// How long a read may bring nothing before it counts as lost.
        public var stallTimeout: Duration = .seconds(5 * 60)
        /// Mixed into `sha256` masks.
        public var maskSalt: SecretSource?
        public var types = TypeChoices(tinyint1: .number, bit1: .number, time: .text)
        /// Overrides by table name, in the order written.
        public var tables: [Table] = []

        public init() {}

        /// The overrides of the table called exactly `name`, or nil.
        public func table(_ name: String) -> Table? { tables.first { $0.name.isSame(as: name) } }

        /// The type choices that hold for a table: its own, else the general ones.
        public func types(for name: String) -> TypeChoices {
            let own = table(name)?.types ?? TypeChoices()
            return TypeChoices(
                tinyint1: own.tinyint1 ?? types.tinyint1, bit1: own.bit1 ?? types.bit1,
                time: own.time ?? types.time)
        }
    }

    /// What is said about one table (`extract.tables.<name>`).
    public struct Table: Sendable {
        /// How a table is kept up to date; `auto` lets the plan decide.
        public enum Mode: String, Sendable, CaseIterable {
            case auto, incremental, append, snapshot
        }

        /// What is written instead of a value.
        public enum Mask: String, Sendable, CaseIterable {
            case sha256, null
        }

        /// Whose clock writes a watermark: the server's and perhaps UTC, the server's, a named one.
        public enum WatermarkZone: Hashable, Sendable {
            case auto, server, zone(ZoneChoice)
        }

        public var name: String
        /// Where the table's section begins, for messages about it.
        public var position: ConfigPosition
        public var mode: Mode = .auto
        public var watermark: String?
        /// Whose clock writes a DATETIME watermark.
        public var watermarkZone = WatermarkZone.auto
        /// Empty when the source's own key is meant.
        public var key: [String] = []
        /// How far below the last watermark an incremental window reaches again.
        public var lookback: Duration = .zero
        /// Columns kept; nil when all are.
        public var includedColumns: [String]?
        public var excludedColumns: [String] = []
        /// Masked columns, in the order written.
        public var masks: [(column: String, mask: Mask)] = []
        /// The operator's own SQL condition.
        public var condition: String?
        public var types = TypeChoices()

        public init(name: String, position: ConfigPosition) {
            self.name = name
            self.position = position
        }
    }
}
