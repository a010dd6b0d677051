public import JSON

/// Standard output, buffered: where results go.
///
/// When the reader has gone (`| head`) everything further is dropped and `isClosed` says so; that
/// is no error. A device that fails (a full disk behind a redirection) is one.
public final class Output {
    private var buffer: [UInt8] = []
    private let sink: ([UInt8]) -> Terminal.Outcome
    private static let limitBytes = 64 << 10

    /// Whether nobody reads any more, so that there is no point in going on.
    public private(set) var isClosed = false

    /// The process's own standard output.
    public convenience init() { self.init { Terminal.write($0, to: .output) } }

    /// An output that gives its bytes to `sink`.
    public init(sink: @escaping ([UInt8]) -> Terminal.Outcome) { self.sink = sink }

    /// Appends bytes; they are written when enough have gathered.
    public func write(_ bytes: some Collection<UInt8>) throws(Failure) {
        if isClosed { return }
        buffer.append(contentsOf: bytes)
        if buffer.count >= Output.limitBytes { try flush() }
    }

    /// Appends a text as it is.
    public func print(_ text: String) throws(Failure) { try write(text.utf8) }

    /// Appends a document over several lines and a line feed.
    public func print(_ document: JSONValue) throws(Failure) {
        try write(document.prettyBytes)
        try write([10])
    }

    /// Writes what has gathered.
    public func flush() throws(Failure) {
        if buffer.isEmpty || isClosed { return }
        let outcome = sink(buffer)
        buffer.removeAll(keepingCapacity: true)
        switch outcome {
        case .written: break
        case .closed: isClosed = true
        case .failed(let number):
            isClosed = true
            throw Failure(
                code: "output", operation: "write the result", subject: "stdout",
                message: Terminal.text(ofError: number),
                hint: "Free space where stdout is redirected to.", exitCode: .partial)
        }
    }

    /// Tells a failure: the line on stderr and, where `--json` was given, the document here.
    public func report(_ failure: Failure, to errors: ErrorStream, asJSON: Bool) {
        errors.draw(live: "")
        errors.write(line: failure.text)
        guard asJSON else { return }
        // A stdout that fails as well has nothing left to tell.
        try? print(failure.document)
        try? flush()
    }
}
