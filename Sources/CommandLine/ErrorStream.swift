import Synchronization

/// Standard error, shared by log lines and the live progress line: a log line is written above the
/// live one, which is then drawn again. Safe to use from any thread.
public final class ErrorStream: Sendable {
    private struct State {
        /// What the live line shows; empty when there is none.
        var live = ""
    }

    private let state = Mutex(State())
    private let sink: @Sendable (String) -> Void
    /// Whether a live line can be drawn.
    public let isInteractive: Bool
    private let fixedWidth: Int?

    /// The process's own standard error.
    public convenience init() {
        self.init(isInteractive: Terminal.isInteractive(.errors), width: nil) { text in
            Terminal.write(text, to: .errors)
        }
    }

    /// A stream that gives its text to `sink`; `width` nil asks the terminal each time.
    public init(isInteractive: Bool, width: Int?, sink: @escaping @Sendable (String) -> Void) {
        self.isInteractive = isInteractive
        fixedWidth = width
        self.sink = sink
    }

    /// Cells a line may take.
    public var width: Int { fixedWidth ?? Terminal.width(of: .errors) ?? 80 }

    /// Writes a line (or several) above the live one.
    public func write(line: String) {
        state.withLock { state in
            let redrawn = state.live.isEmpty ? "" : state.live
            sink((redrawn.isEmpty ? "" : ErrorStream.erase) + line + "\n" + redrawn)
        }
    }

    /// Replaces the live line; an empty text removes it. Nothing happens off a terminal.
    public func draw(live text: String) {
        guard isInteractive else { return }
        let text = DisplayWidth.cut(text, to: width - 1)
        state.withLock { state in
            if state.live.isEmpty && text.isEmpty { return }
            state.live = text
            sink(ErrorStream.erase + text)
        }
    }

    /// To the first column, then erase the line.
    private static let erase = "\r\u{1B}[2K"
}
