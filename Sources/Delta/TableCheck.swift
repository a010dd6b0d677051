/// Looks a table over before a reader stumbles over it: protocol, types, names, partition values,
/// checkpoints, statistics, file sizes, gaps of the log, missing files.
///
/// What readers can take is in `docs/specification/delta.md#readers`. A damaged table is a finding,
/// not an error; only a storage that fails is.
public struct TableCheck: Sendable {
    /// What is wanted.
    public struct Options: Sendable {
        /// The readers to think of.
        public var profiles = Set(ReaderProfile.allCases)
        /// Footers of data files opened at most, spread over the files.
        public var footerLimit = 200
        /// Whether every page of every file is read, instead of one row group of a few files.
        public var isDeep = false
        /// Files of which one row group is read when the check is not deep, spread over the files.
        public var pageSample = 4
        /// What makes the table whole again when a file is missing or damaged.
        public var remedy = "Restore it from a backup."
        /// Looked at between batches of rows.
        public var isStopping: @Sendable () -> Bool = { false }
        /// What files should be about as large as.
        public var targetBytes: Int64 = 128 << 20

        public init() {}
    }

    /// What came of a check.
    public struct Result: Sendable {
        /// Gravest first.
        public var findings: [TableFinding]
        /// The version looked at; nil when the table could not be read.
        public var version: Int64?
        public var filesChecked = 0
        public var footersChecked = 0
        /// Row groups whose pages were read, checksums and values.
        public var rowGroupsChecked = 0
        /// Whether `isStopping` ended it early: then findings may be missing.
        public var wasStopped = false

        public func count(_ severity: TableFinding.Severity) -> Int {
            findings.count { $0.severity == severity }
        }
    }

    public let table: DeltaTable
    public let options: Options

    public init(_ table: DeltaTable, options: Options = Options()) {
        self.table = table
        self.options = options
    }

    /// Cost: the whole log, one look at each data file, some footers and row groups; a deep check
    /// reads and decodes every file.
    public func run() throws(DeltaError) -> Result {
        var result = Result(findings: [])
        let listing = try LogListing(table, from: 0)
        let raw = try RawLog(table, listing)
        result.findings += try TableCheckLog(table: table, listing: listing, remedy: options.remedy)
            .findings()
        result.findings += TableCheckProtocol(raw: raw).findings()
        do throws(DeltaError) {
            guard let snapshot = try table.snapshot() else {
                throw DeltaError(
                    .notATable, operation: "check", subject: table.path,
                    message: "there is no Delta table here", hint: "Check the path.")
            }
            result.version = snapshot.version
            result.findings += TableCheckSchema(snapshot: snapshot).findings()
            result.findings += TableCheckPartitions(snapshot: snapshot).findings()
            var files = TableCheckFiles(snapshot: snapshot, options: options)
            result.findings += try files.findings()
            result.filesChecked = snapshot.files.count
            result.footersChecked = files.footersChecked
            result.rowGroupsChecked = files.rowGroupsChecked
            result.wasStopped = options.isStopping()
        } catch {
            // A storage that fails says nothing of the table; so does a path without one.
            if error.code == .storage || error.code == .notATable { throw error }
            result.findings.append(unreadable(error))
        }
        result.findings = chosen(result.findings)
        return result
    }

    private func unreadable(_ error: DeltaError) -> TableFinding {
        let isForeign = error.code == .unsupported
        return TableFinding(
            isForeign ? .warning : .error, [], isForeign ? "notReadHere" : "unreadable",
            what: "\(error.subject): \(error.message)",
            why: isForeign
                ? "sluice cannot read the table, so its files were not checked"
                : "the table cannot be read as it is",
            action: isForeign ? error.hint ?? "Read it with its own engine." : options.remedy)
    }

    /// Findings of the wanted readers, without repeats, gravest first.
    private func chosen(_ findings: [TableFinding]) -> [TableFinding] {
        var seen: Set<TableFinding> = []
        var chosen: [TableFinding] = []
        for var finding in findings {
            if !finding.readers.isEmpty {
                finding.readers.formIntersection(options.profiles)
                if finding.readers.isEmpty { continue }
            }
            if seen.insert(finding).inserted { chosen.append(finding) }
        }
        let order = chosen.enumerated().sorted {
            ($0.element.severity.rawValue, $0.offset) < ($1.element.severity.rawValue, $1.offset)
        }
        return order.map(\.element)
    }
}
