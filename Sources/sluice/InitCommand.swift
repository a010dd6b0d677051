import Columnar
import CommandLine
import Config
import Extract
import JSON
import MySQL
import Source
import Storage

/// `sluice init`: writes an agent.conf from what the source declares.
struct InitCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let output =
            session.invocation.text("output") ?? session.invocation.configPath
            ?? "./agent.conf"
        if ConfigFile.exists(output), !session.invocation.has("force") {
            throw .usage(
                output, "the file is there already",
                hint: "Give --force to replace it, or --output FILE for another one.")
        }
        let existing = try session.optionalConfiguration()
        guard let schema = session.invocation.text("schema") ?? existing?.extract.schema else {
            throw .usage("schema", "no schema is named", hint: "Give --schema NAME.")
        }
        var draft = self.draft(schema, existing)
        let leftOut: LeftOut
        (draft.tables, leftOut) = try tables(draft, existing)
        let storage = PosixStorage(root: "")
        try failing(Failure.init) { () throws(StorageError) in
            try storage.replace(output, Array(draft.text.utf8))
        }
        let document: JSONValue = [
            "config": .string(output), "schema": .string(schema),
            "tables": JSONValue(draft.tables.count), "left_out": leftOut.document,
        ]
        try session.show(
            document,
            text: "\(output) is written: \(draft.tables.count) tables of \(schema), "
                + "with a pipeline to silver and gold.\n"
                + (leftOut.text.map { "\($0)\n" } ?? "")
                + "Read it, then try: sluice check --config \(output)\n")
        return .success
    }

    /// The source as the options name it; what they leave out comes from a configuration that is
    /// there already, else from the defaults.
    private func draft(_ schema: String, _ existing: Configuration?) -> ConfigurationDraft {
        let invocation = session.invocation
        var draft = ConfigurationDraft(schema: schema)
        if let source = existing?.source {
            draft.address = source.address
            draft.user = source.user
            draft.tls = source.tls
            if case .environment(let name) = source.password?.place {
                draft.passwordVariable = name
            }
        }
        if let socket = invocation.text("socket") {
            draft.address = .socket(socket)
        } else if invocation.has("host") || invocation.has("port") {
            draft.address = .host(
                invocation.text("host") ?? "127.0.0.1", port: invocation.count("port") ?? 3306)
        }
        draft.user = invocation.text("user") ?? draft.user
        draft.passwordVariable = invocation.text("password-env") ?? draft.passwordVariable
        if let tls = invocation.text("tls").flatMap(Configuration.Source.TLS.init(rawValue:)) {
            draft.tls = tls
        }
        draft.lake = invocation.text("lake") ?? existing?.lake ?? draft.lake
        draft.state = existing?.state ?? draft.state
        return draft
    }

    private func options(_ draft: ConfigurationDraft, _ existing: Configuration?)
        throws(Failure) -> ConnectionOptions
    {
        var options = ConnectionOptions()
        if let existing { options = try SourceSettings(existing).options }
        switch draft.address {
        case .host(let host, let port):
            options.host = host
            options.port = port
        case .socket(let path): options.socket = path
        }
        options.user = draft.user
        if let password = ConfigFile.environment(draft.passwordVariable) {
            options.password = password
        }
        options.tlsMode = ConnectionOptions.TLSMode(rawValue: draft.tls.rawValue) ?? .preferred
        return options
    }

    private func tables(_ draft: ConfigurationDraft, _ existing: Configuration?)
        throws(Failure) -> ([ConfigurationDraft.Table], LeftOut)
    {
        let options = try options(draft, existing)
        let connection = try failing(Failure.init) { () throws(SourceError) in
            try MySQLConnection(options)
        }
        defer { connection.close() }
        var extract = ExtractOptions()
        extract.schema = draft.schema
        let world = ExtractWorld(
            connect: { () throws(SourceError) in try MySQLConnection(options) },
            now: { Logger.wallClock() }, sleep: { Terminal.sleep(microseconds: $0) },
            isStopping: { Interruption.isRequested }, observer: SilentObserver())
        let run = ExtractRun(
            options: extract, selection: TableSelection(), overrides: [:],
            storage: PosixStorage(root: ""), world: world)
        let plans = try failing(Failure.init) { () throws(ExtractError) in
            try run.discover(connection)
        }
        let leftOut = try failing(Failure.init) { () throws(SourceError) in
            try connection.leftOut(schema: draft.schema, includeViews: false)
        }
        return (plans.map { InitTable($0).entry }, leftOut)
    }
}
