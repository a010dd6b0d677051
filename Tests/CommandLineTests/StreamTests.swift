import CommandLine
import Glibc
import JSON
import Synchronization
import Testing

/// Collects what is written and gives a clock that tests set.
final class Recorder: Sendable {
    private let pieces = Mutex<[String]>([])
    private let time = Mutex(0.0)

    var text: String { pieces.withLock { $0.joined() } }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    var count: Int { pieces.withLock { $0.count } }

    func add(_ text: String) { pieces.withLock { $0.append(text) } }
    func clear() { pieces.withLock { $0.removeAll() } }
    func set(seconds: Double) { time.withLock { $0 = seconds } }
    func seconds() -> Double { time.withLock { $0 } }

    func stream(isInteractive: Bool, width: Int = 200) -> ErrorStream {
        ErrorStream(isInteractive: isInteractive, width: width) { self.add($0) }
    }
}

@Suite("Log lines")
struct LoggerTests {
    @Test("text lines carry time, level, message and fields")
    func text() {
        let recorder = Recorder()
        let logger = Logger(recorder.stream(isInteractive: false), format: .text) { 1_500_000 }
            .with([("run", "01X")])
        logger.warning("odd\nvalues", [("table", "a b"), ("rows", 3), ("note", .null)])
        logger.debug("unseen")
        #expect(
            recorder.text == "1970-01-01T00:00:01.500Z warning odd\n    values "
                + "run=01X table=\"a b\" rows=3 note=null\n")
    }

    @Test("JSON lines are one object each")
    func json() throws {
        let recorder = Recorder()
        let logger = Logger(recorder.stream(isInteractive: false), format: .json) { 0 }
        logger.error("a \"b\"\n", [("rows", 3)])
        let object = try JSONValue(parsing: Array(recorder.text.utf8))
        #expect(object["time"] == "1970-01-01T00:00:00.000Z")
        #expect(object["level"] == "error" && object["message"] == "a \"b\"\n")
        #expect(object["rows"] == 3)
        #expect(recorder.lines.count == 1)
    }

    @Test("a log line goes above the live line, which is drawn again and fits the width")
    func live() {
        let recorder = Recorder()
        let stream = recorder.stream(isInteractive: true, width: 6)
        stream.draw(live: "progress")
        stream.write(line: "note")
        stream.draw(live: "")
        stream.draw(live: "")
        let erase = "\r\u{1B}[2K"
        #expect(recorder.text == "\(erase)prog…\(erase)note\nprog…\(erase)")
    }
}

@Suite("Progress")
struct ProgressTests {
    private func progress(
        _ recorder: Recorder, isInteractive: Bool, isQuiet: Bool = false, tableCount: Int = 2
    ) -> Progress {
        let stream = recorder.stream(isInteractive: isInteractive)
        let logger = Logger(stream, format: .text) { 0 }
        return Progress(
            stream, logger: logger, isQuiet: isQuiet, tableCount: tableCount, totalRows: 4000,
            clock: { recorder.seconds() })
    }

    @Test("a terminal gets one line with rows, rate, bytes and time left")
    func bar() {
        let recorder = Recorder()
        let progress = progress(recorder, isInteractive: true)
        progress.begin("a", rowsEstimate: 3000)
        recorder.clear()
        recorder.set(seconds: 2)
        progress.advance("a", rows: 1000, bytes: 5000)
        #expect(
            recorder.text == "\r\u{1B}[2K█████░░░░░░░░░░░░░░░  0/2 tables  1.00k rows  500/s  "
                + "5.00 kB  ETA 6.0 s  a")
        recorder.clear()
        progress.end()
        #expect(recorder.text == "\r\u{1B}[2K")
    }

    @Test("it is drawn at most ten times a second")
    func throttled() {
        let recorder = Recorder()
        let progress = progress(recorder, isInteractive: true)
        for step in 0..<1000 {
            recorder.set(seconds: Double(step) / 1000)
            progress.advance("a", rows: 1)
        }
        #expect((5...10).contains(recorder.count))
    }

    @Test("off a terminal there is a line a table and a note every half minute")
    func quietLines() {
        let recorder = Recorder()
        let progress = progress(recorder, isInteractive: false)
        progress.begin("a")
        for second in 0...60 {
            recorder.set(seconds: Double(second))
            progress.advance("a", rows: 10)
        }
        progress.finish("a", [("rows", 610)])
        #expect(recorder.lines.count == 3)
        #expect(recorder.lines.last?.hasSuffix("info table done table=a rows=610") == true)
    }

    @Test("of many tables none has a line of its own, nor one that failed")
    func manyTables() {
        let recorder = Recorder()
        progress(recorder, isInteractive: false, tableCount: Progress.tableLinesMax + 1)
            .finish("a", [("rows", 1)])
        progress(recorder, isInteractive: false).finish("a", nil)
        #expect(recorder.lines.isEmpty)
    }

    @Test("--quiet is silent", arguments: [true, false])
    func silent(isInteractive: Bool) {
        let recorder = Recorder()
        let progress = progress(recorder, isInteractive: isInteractive, isQuiet: true)
        progress.begin("a")
        recorder.set(seconds: 100)
        progress.advance("a", rows: 1)
        progress.finish("a", [])
        progress.end()
        #expect(recorder.text.isEmpty)
    }
}

@Suite("Standard output")
struct OutputTests {
    @Test("a reader that has gone ends quietly")
    func closed() throws {
        var calls = 0
        let output = Output { _ in
            calls += 1
            return .closed
        }
        for _ in 0..<100_000 { try output.print("line\n") }
        try output.flush()
        #expect(output.isClosed && calls == 1)
    }

    @Test("a device that fails is an error")
    func failed() {
        let output = Output { _ in .failed(28) }
        #expect(throws: Failure.self) {
            try output.print("x")
            try output.flush()
        }
    }

    @Test("a failure is told on both streams with --json")
    func report() {
        let recorder = Recorder()
        var bytes: [UInt8] = []
        let output = Output {
            bytes += $0
            return .written
        }
        let failure = Failure.usage("--x", "no", hint: "h")
        output.report(failure, to: recorder.stream(isInteractive: false), asJSON: true)
        #expect(recorder.text == failure.text + "\n")
        #expect(bytes == failure.document.prettyBytes + [10])
    }
}

@Suite("Signals", .serialized)
struct InterruptionTests {
    @Test("the first signal asks, and keeps its exit code")
    func first() {
        Interruption.reset()
        #expect(!Interruption.isRequested && Interruption.exitCode == nil)
        Interruption.receive(15)
        #expect(Interruption.isRequested && Interruption.exitCode == .terminated)
        Interruption.reset()
        Interruption.receive(2)
        #expect(Interruption.exitCode == .interrupted)
        Interruption.reset()
    }

    @Test("the second ends the process at once")
    func second() async {
        await #expect(processExitsWith: .exitCode(130)) {
            Interruption.receive(2)
            Interruption.receive(2)
        }
        await #expect(processExitsWith: .exitCode(143)) {
            Interruption.receive(15)
            Interruption.receive(15)
        }
    }

    @Test("installed handlers see real signals and a closed pipe kills nobody")
    func installed() async {
        await #expect(processExitsWith: .exitCode(143)) {
            Interruption.install()
            // To the process, not to this thread: the pool's threads block signals.
            kill(getpid(), SIGPIPE)
            kill(getpid(), SIGHUP)
            for _ in 0..<10_000_000 where !Interruption.isRequested { sched_yield() }
            exit(Interruption.exitCode?.rawValue ?? 1)
        }
    }
}
