import CommandLine
import Config
import Extract
import JSON
import Lake
import Pipeline
import State
import Storage
import Transform

/// `sluice transform`: bronze to silver and gold.
struct TransformCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        if session.invocation[Options.engine] == .spark {
            throw .usage(
                "--engine spark", "the Spark engine belongs to a later version of sluice",
                hint: "Leave --engine out, or write --engine native.")
        }
        let configuration = try session.configuration()
        let pipeline = try TransformCommand.pipeline(configuration)
        let run = try LakeRun(session, configuration, schema: nil)
        defer { run.release() }
        let results = try run.perform { () throws(Failure) in
            try run.sweep()
            return try transform(run, pipeline)
        }
        run.mayLeaveFiles = results.contains { $0.error != nil }
        RunUpkeep(session, run).perform()
        let code = TransformCommand.exitCode(results)
        let report = TransformReport(
            runID: run.runID.text, results: results, exitCode: code, seconds: run.seconds)
        run.history?.end(code, error: report.firstError)
        try session.show(
            report.document,
            text: report.text(width: session.width) + report.waits(width: session.width)
                + report.degraded(width: session.width)
                + ReportFrame.failures(report.failures, width: session.width))
        return code
    }

    /// The configured pipeline. Throws when there is none.
    static func pipeline(_ configuration: Configuration) throws(Failure) -> Pipeline {
        if configuration.transform.isEmpty {
            throw Failure(
                code: "config", operation: "plan", subject: configuration.file,
                message: "there is nothing under 'transform'",
                hint: "'sluice init' proposes dimensions and facts; see agent.conf.example.",
                exitCode: .usage)
        }
        return configuration.transform
    }

    /// The transformation of a run; what fails of a single table is in its result.
    func transform(_ run: LakeRun, _ pipeline: Pipeline) throws(Failure) -> [TransformResult] {
        let names =
            pipeline.dimensions.map(\.entity.name) + pipeline.facts.map(\.entity.name)
            + pipeline.oneBigTables.map(\.name)
        let only = session.invocation[Options.only]
        let observer = TransformProgress(
            session, history: run.history,
            tableCount: names.count { only.isEmpty || only.contains($0) })
        defer { observer.end() }
        let transformation = try self.transformation(run, pipeline, observer)
        let results = try failing(Failure.init) { () throws(LakeError) in
            try transformation.run()
        }
        // Once more: what belonged to no table before may be an orphan of one now.
        try run.sweep()
        return results
    }

    /// The transformation that the command line asks for.
    func transformation(
        _ run: LakeRun, _ pipeline: Pipeline, _ observer: any TransformObserver
    ) throws(Failure) -> TransformRun {
        var options = TransformOptions()
        options.only = Set(session.invocation[Options.only])
        options.isRebuild = session.invocation[Options.rebuild]
        options.isRecheck = session.invocation[Options.recheck]
        options.acceptsDeletes = session.invocation[Options.acceptDeletes]
        options.acceptsTracking = session.invocation[Options.acceptTracking]
        var world = TransformWorld(
            storage: run.storage, runID: run.runID.text, startedAt: run.startedAt,
            now: { Logger.wallClock() }, isStopping: { Interruption.isRequested },
            observer: observer)
        world.writer = try ExtractSettings(run.configuration).options(schema: "").writer
        return TransformRun(pipeline, options: options, world: world)
    }

    /// A transformation that only reads, of the tables that `--only` names.
    static func reading(
        _ session: Session, _ configuration: Configuration
    ) throws(Failure) -> TransformRun {
        let pipeline = try TransformCommand.pipeline(configuration)
        var options = TransformOptions()
        options.only = Set(session.invocation[Options.only])
        let world = TransformWorld(
            storage: PosixStorage(root: configuration.lake), runID: "",
            startedAt: Logger.wallClock(), now: { Logger.wallClock() },
            isStopping: { Interruption.isRequested },
            observer: TransformProgress(session, history: nil))
        return TransformRun(pipeline, options: options, world: world)
    }

    static func exitCode(_ results: [TransformResult]) -> ExitCode {
        ExitCode(gravestOf: results.compactMap { $0.error.map { ExitCode($0.code) } })
    }
}
