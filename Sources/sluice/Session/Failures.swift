import CommandLine
import Config
import Delta
import Extract
import Lake
import Parquet
import Source
import State
import Storage
import Transform

// The one place where errors of the targets become exit codes
// (docs/specification/commands.md#exit-codes).

extension Failure {
    init(_ error: ConfigError) {
        self.init(
            code: "config", operation: error.operation, subject: error.subject,
            message: error.message, hint: error.hint, exitCode: .usage)
    }

    init(_ error: SourceError) {
        self.init(
            code: error.code.rawValue, operation: error.operation, subject: error.subject,
            message: error.message, hint: error.hint,
            exitCode: error.code == .wentBack ? .identity : .source)
    }

    init(_ error: ExtractError) {
        self.init(
            code: error.sourceCode?.rawValue ?? error.code.rawValue, operation: error.operation,
            subject: error.subject, message: error.message, hint: error.hint,
            exitCode: ExitCode(error.code))
    }

    init(_ error: StorageError) {
        let code: ExitCode
        switch error.code {
        case .locked: code = .locked
        case .denied, .readOnly, .notFound, .unsupported: code = .usage
        default: code = .partial
        }
        self.init(
            code: error.code.rawValue, operation: error.operation, subject: error.subject,
            message: error.message, hint: error.hint, exitCode: code)
    }

    init(_ error: DeltaError) {
        let error = error.remedied
        self.init(
            code: error.code.rawValue, operation: error.operation, subject: error.subject,
            message: error.message, hint: error.hint, exitCode: .partial)
    }

    init(_ error: ParquetError, file: String) {
        self.init(
            code: error.code.rawValue, operation: error.operation, subject: file,
            message: error.subject.isEmpty ? error.message : "\(error.subject): \(error.message)",
            hint: error.hint, exitCode: .partial)
    }

    init(_ error: LakeError) {
        self.init(
            code: error.code.rawValue, operation: error.operation, subject: error.subject,
            message: error.message, hint: error.hint, exitCode: ExitCode(error.code))
    }

    init(_ error: StateError) {
        self.init(
            code: error.code.rawValue, operation: error.operation, subject: error.subject,
            message: error.message, hint: error.hint, exitCode: .partial)
    }
}

extension ExitCode {
    /// The code of a run that could not begin.
    init(_ code: ExtractError.Code) {
        switch code {
        case .configuration: self = .usage
        case .source: self = .source
        case .receipt: self = .unbalanced
        case .drift: self = .drift
        case .identity: self = .identity
        case .lake, .gone: self = .partial
        case .withheld: self = .budget
        case .interrupted: self = .interrupted
        }
    }

    /// The code of a transformation that failed.
    init(_ code: LakeError.Code) {
        switch code {
        case .configuration: self = .usage
        case .guarded, .lake, .conflict: self = .partial
        case .receipt, .refused: self = .unbalanced
        case .drift: self = .drift
        case .interrupted: self = Interruption.exitCode ?? .interrupted
        }
    }

    /// The gravest of several codes.
    init(gravestOf codes: [ExitCode]) {
        let order: [ExitCode] = [
            .interrupted, .terminated, .identity, .unbalanced, .drift, .source, .usage, .locked,
            .budget, .partial,
        ]
        self = order.first { codes.contains($0) } ?? .success
    }

    /// The code of a run whose tables ended as `results` say: the gravest failure wins.
    init(_ results: [Extract.TableResult]) {
        let codes = Set(results.compactMap { $0.error?.code })
        let isRefused = results.contains { $0.error?.sourceCode == .privilege }
        if codes.isEmpty {
            self = .success
        } else if codes.contains(.interrupted) {
            self = .interrupted
        } else if codes.contains(.identity) {
            self = .identity
        } else if codes.contains(.receipt) {
            self = .unbalanced
        } else if codes.contains(.drift) {
            self = .drift
        } else if codes == [.withheld] {
            self = .budget
        } else if isRefused
            || codes == [.source] && results.allSatisfy({ $0.error != nil })
        {
            self = .source
        } else {
            self = .partial
        }
    }
}

/// Runs `body`, whose error is one of a target, as a command does: with a `Failure`.
func failing<Value, Cause: Error>(
    _ make: (Cause) -> Failure, _ body: () throws(Cause) -> Value
) throws(Failure) -> Value {
    do throws(Cause) {
        return try body()
    } catch {
        throw make(error)
    }
}
