import Testing

/// The files that may hold unsafe code: each owns a C library, the system's calls or one kernel
/// over raw memory. A new one belongs here only with a reason that a safe file cannot serve.
@Suite("Unsafe code")
struct UnsafeTests {
    private static let allowed: Set = [
        // Owners of a C library.
        "Sources/Config/YAMLParser.swift",
        "Sources/Digest/SHA256.swift",
        "Sources/Digest/XXH3.swift",
        "Sources/Expression/Pattern/RegularExpression.swift",
        "Sources/MySQL/BoundRow.swift",
        "Sources/MySQL/Handle.swift",
        "Sources/MySQL/Statement.swift",
        "Sources/Parquet/Compression/Checksum.swift",
        "Sources/Parquet/Compression/Compressor.swift",
        "Sources/Parquet/Compression/Decompressor.swift",
        "Sources/State/Database.swift",
        // System calls that take memory or text.
        "Sources/CommandLine/Terminal.swift",
        "Sources/Config/ConfigFile.swift",
        "Sources/State/StateFile.swift",
        "Sources/Storage/Descriptor.swift",
        "Sources/Storage/Folder.swift",
        "Sources/Storage/PosixStagedFile.swift",
        "Sources/Storage/PosixStorage.swift",
        "Sources/Storage/ProcessUser.swift",
        "Sources/Storage/RunLock.swift",
        "Sources/Storage/SystemError.swift",
        "Sources/Storage/WallClock.swift",
        // Decoders of the driver's receive buffer.
        "Sources/MySQL/BooleanDecoder.swift",
        "Sources/MySQL/BytesBuilder.swift",
        "Sources/MySQL/BytesDecoder.swift",
        "Sources/MySQL/ColumnDecoder.swift",
        "Sources/MySQL/DecimalDecoder.swift",
        "Sources/MySQL/NumberDecoders.swift",
        "Sources/MySQL/PacketBlock.swift",
        "Sources/MySQL/SoughtTexts.swift",
        "Sources/MySQL/StringDictionary.swift",
        "Sources/MySQL/TemporalDecoders.swift",
        "Sources/MySQL/TimeDecoder.swift",
        "Sources/MySQL/UTF8Text.swift",
        "Sources/MySQL/ValueReader.swift",
    ]

    /// Kernels: short loops over raw memory whose callers check every bound.
    private static func isKernel(_ path: String) -> Bool {
        path.hasPrefix("Sources/Parquet/") && path.hasSuffix("Kernels.swift")
    }

    private func isUnsafe(_ file: SourceFile) -> Bool {
        file.lines.contains { line in
            SourceFile.code(line).split { !$0.isLetter && $0 != "_" }.contains("unsafe")
        }
    }

    @Test("unsafe code stays in the files that own it")
    func owners() {
        for file in Project.sources
        where isUnsafe(file) && !UnsafeTests.isKernel(file.path) {
            if !UnsafeTests.allowed.contains(file.path) {
                Issue.record("\(file.path): unsafe code in a file that is not listed for it")
            }
        }
    }

    @Test("every file listed for unsafe code holds some")
    func listed() {
        let unsafe = Set(Project.sources.filter(isUnsafe).map(\.path))
        for path in UnsafeTests.allowed.subtracting(unsafe).sorted() {
            Issue.record("\(path): listed for unsafe code and has none, or is gone")
        }
    }

    @Test("nothing is declared Sendable without the compiler's proof, but for the one handover")
    func unchecked() {
        // Its file says how it upholds what the compiler cannot see.
        let handover = "Sources/Extract/ReadAhead.swift"
        for file in Project.sources where file.path != handover {
            for (index, line) in file.lines.enumerated()
            where SourceFile.code(line).contains("@unchecked Sendable") {
                Issue.record("\(file.place(index)): @unchecked Sendable")
            }
        }
    }
}
