import Glibc
import Synchronization

/// The signal that asked this process to stop: 0, or its number.
private let requested = Atomic<Int32>(0)

/// Asks a run to stop at the next safe place when SIGINT, SIGTERM or SIGHUP arrives.
///
/// The first signal sets a flag that the work looks at; the second ends the process at once, which
/// is safe too: nothing half-written is ever published. SIGPIPE is ignored, so that a closed pipe
/// is a write's error and not the end.
public enum Interruption {
    /// Starts listening. Call once, before other threads start.
    public static func install() {
        // Touched here so that the handler never is the one to make the flag.
        requested.store(0, ordering: .releasing)
        Terminal.catchSignal(SIGPIPE, nil)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            Terminal.catchSignal(number) { number in Interruption.receive(number) }
        }
    }

    /// Whether a stop has been asked for. Cheap: one atomic read.
    public static var isRequested: Bool { requested.load(ordering: .acquiring) != 0 }

    /// The exit code of the signal that came, or nil when none did.
    public static var exitCode: ExitCode? {
        switch requested.load(ordering: .acquiring) {
        case 0: nil
        case SIGINT: .interrupted
        default: .terminated
        }
    }

    /// What the handler does; only what may be done inside a signal handler.
    package static func receive(_ number: Int32) {
        let (isFirst, _) = requested.compareExchange(
            expected: 0, desired: number, ordering: .acquiringAndReleasing)
        if !isFirst { Terminal.endNow(number == SIGINT ? 130 : 143) }
    }

    /// Forgets a signal, for tests.
    package static func reset() { requested.store(0, ordering: .releasing) }
}
