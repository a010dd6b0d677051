import Glibc

/// The process's standard streams and signals: the target's one file of system calls.
public enum Terminal {
    /// One of the two streams written to.
    public enum Stream: Int32, Sendable {
        case output = 1
        case errors = 2
    }

    /// How a write ended.
    public enum Outcome: Sendable {
        case written
        /// The reader has gone (EPIPE): end quietly.
        case closed
        /// The device failed, for example a full disk behind a redirection.
        case failed(Int32)
    }

    /// Writes all bytes.
    @discardableResult
    public static func write(_ bytes: [UInt8], to stream: Stream) -> Outcome {
        var done = 0
        while done < bytes.count {
            let start = done
            let count = unsafe bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(stream.rawValue, base + start, buffer.count - start)
            }
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: stream.rawValue, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&waiting, 1, 1000)
            } else if errno != EINTR {
                return errno == EPIPE ? .closed : .failed(errno)
            }
        }
        return .written
    }

    /// Writes a text.
    @discardableResult
    public static func write(_ text: String, to stream: Stream) -> Outcome {
        write(Array(text.utf8), to: stream)
    }

    /// Whether a stream is a terminal that understands cursor movement.
    public static func isInteractive(_ stream: Stream) -> Bool {
        guard isatty(stream.rawValue) == 1 else { return false }
        let kind = environment("TERM") ?? ""
        return !kind.isEmpty && kind != "dumb"
    }

    /// The terminal's width in cells, or nil when the stream is none.
    public static func width(of stream: Stream) -> Int? {
        guard isatty(stream.rawValue) == 1 else { return nil }
        var size = winsize()
        guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 80
        }
        return Int(size.ws_col)
    }

    static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The system's words for an error number.
    static func text(ofError number: Int32) -> String {
        unsafe String(cString: strerror(number))
    }

    /// Seconds of a clock that only goes forward.
    static func monotonicSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Seconds and nanoseconds since 1970-01-01T00:00:00Z.
    static func wallClock() -> (seconds: Int, nanoseconds: Int) {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return (time.tv_sec, time.tv_nsec)
    }

    /// Installs a handler, or ignores the signal when it is nil.
    static func catchSignal(_ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?) {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = handler ?? SIG_IGN
        unsafe sigemptyset(&action.sa_mask)
        // No SA_RESTART: a blocking read must come back so that the flag is seen.
        unsafe sigaction(number, &action, nil)
    }

    /// Gives the signal its own meaning again and sends it to this process.
    static func raiseDefault(_ number: Int32) {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = SIG_DFL
        unsafe sigaction(number, &action, nil)
        raise(number)
    }

    /// Ends the process at once, without running exit handlers.
    static func endNow(_ code: Int32) -> Never { _exit(code) }

    /// Ends the process, its exit handlers done.
    public static func exit(_ code: ExitCode) -> Never { Glibc.exit(code.rawValue) }

    /// Pauses the calling thread; a requested stop ends the pause early.
    public static func sleep(microseconds: Int64) {
        var left = microseconds
        while left > 0, !Interruption.isRequested {
            usleep(UInt32(min(left, 50_000)))
            left -= 50_000
        }
    }
}
