import CommandLine
import Config
import Extract
import JSON
import Lake
import MySQL
import Names
import Pipeline
import Source
import Storage
import Transform

/// One invocation with its streams, and what every command does the same way.
struct Session {
    let invocation: Invocation
    let output: Output
    let errors: ErrorStream
    let logger: Logger

    init(_ invocation: Invocation, output: Output, errors: ErrorStream) {
        self.invocation = invocation
        self.output = output
        self.errors = errors
        logger = Logger(errors, for: invocation)
    }

    /// Prints a document with `--json`, else a text.
    func show(_ document: JSONValue, text: @autoclosure () -> String) throws(Failure) {
        if invocation.isJSON { try output.print(document) } else { try output.print(text()) }
    }

    /// The cells a line of results may take; nil when stdout is no terminal.
    var width: Int? { Terminal.width(of: .output) }

    /// Finds and reads agent.conf; its warnings become log lines.
    func configuration() throws(Failure) -> Configuration {
        let configuration = try failing(Failure.init) { () throws(ConfigError) in
            try Configuration.load(try Configuration.locate(invocation.configPath))
        }
        for warning in configuration.warnings { logger.warning(warning.description) }
        let secrets = [configuration.source.password, configuration.extract.maskSalt]
        for concern in secrets.compactMap({ $0?.concern }) { logger.warning(concern) }
        return configuration
    }

    /// The configuration if there is one: for commands that can do without.
    func optionalConfiguration() throws(Failure) -> Configuration? {
        let isThere = Configuration.searchPaths.contains(where: ConfigFile.exists)
        return invocation.configPath != nil || isThere ? try configuration() : nil
    }

    /// `--schema`, else the configured one.
    func schema(_ configuration: Configuration) throws(Failure) -> String {
        if let schema = invocation[Options.schema] ?? configuration.extract.schema { return schema }
        throw .usage(
            "schema", "no schema is named",
            hint: "Give --schema NAME, or set extract.schema in \(configuration.file).")
    }

    /// Connects to the configured source.
    func connect(_ configuration: Configuration) throws(Failure) -> MySQLConnection {
        let settings = try SourceSettings(configuration)
        return try failing(Failure.init) { () throws(SourceError) in try settings.connect() }
    }

    /// The configured lake; the folder is made when it is not there.
    func lake(_ configuration: Configuration) throws(Failure) -> PosixStorage {
        let storage = PosixStorage(root: configuration.lake)
        try failing(Failure.init) { () throws(StorageError) in try storage.makeFolder("") }
        return storage
    }

    /// What an extraction of `schema` is made of.
    func extractRun(
        _ configuration: Configuration, schema: String, storage: any LakeStorage,
        observer: any ExtractObserver
    ) throws(Failure) -> ExtractRun {
        let settings = try SourceSettings(configuration)
        var world = ExtractWorld(
            connect: { () throws(SourceError) in try settings.connect() },
            now: { Logger.wallClock() },
            sleep: { Terminal.sleep(microseconds: $0) },
            isStopping: { Interruption.isRequested }, observer: observer)
        world.zones = { SystemZones.zone($0) }
        var options = try ExtractSettings(configuration).options(schema: schema)
        options.isFull = invocation[Options.full]
        options.acceptsSource = invocation[Options.acceptSource]
        var selection = TableSelection()
        selection.include = configuration.extract.include
        selection.exclude = configuration.extract.exclude
        selection.names = invocation[Options.table]
        var run = ExtractRun(
            options: options, selection: selection,
            overrides: try ExtractSettings(configuration).overrides(), storage: storage,
            world: world)
        run.consumed = configuration.transform.entities.map(\.table)
        run.includesViews = configuration.extract.views
        run.planner.smallTableRows = Int64(configuration.extract.smallTableRows)
        return run
    }
}
