import Foundation

/// Feeds a reader of Sluice with what nobody meant to write.
///
///     fuzz                                    the targets, one a line
///     fuzz TARGET FILE…                       these inputs
///     fuzz TARGET --seconds S [--seed N] [--keep FILE] FOLDER
///                                             the folder's files, then changes of them; the seed
///                                             alone says which, `--keep` holds the last input
/// `make fuzz` builds the same targets for libFuzzer, which brings a `main` of its own.
///
/// A target ends the process when the reader does not refuse or read its input as it should.
#if !FUZZER
    @main
#endif
struct Fuzz {
    static func main() throws {
        var words = Array(CommandLine.arguments.dropFirst())
        guard let name = words.first else {
            for target in FuzzTarget.all { print(target.name) }
            return
        }
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            throw Problem("there is no target \(name); without arguments all are listed")
        }
        words.removeFirst()
        try Fuzz(words).run(target)
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private var seconds: Double?
    private var seed: UInt64 = 1
    private var kept: URL?
    private var paths: [URL] = []

    private init(_ words: [String]) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                paths.append(URL(fileURLWithPath: word))
                continue
            }
            guard let value = rest.popFirst() else { throw Problem("\(word) needs a value") }
            switch word {
            case "--seconds": seconds = Double(value)
            case "--seed": seed = UInt64(value) ?? 1
            case "--keep": kept = URL(fileURLWithPath: value)
            default: throw Problem("there is no option \(word)")
            }
        }
    }

    private func run(_ target: FuzzTarget) throws {
        var corpus: [[UInt8]] = []
        for path in paths.flatMap(Fuzz.files) {
            corpus.append([UInt8](try Data(contentsOf: path)))
            try execute(target, corpus[corpus.count - 1])
        }
        guard let seconds else { return }
        var mutation = Mutation(corpus: corpus, seed: seed)
        var count = corpus.count
        let start = ContinuousClock.now
        while start.duration(to: .now) < .seconds(seconds) {
            try execute(target, mutation.next())
            count += 1
        }
        print("\(target.name): \(count) executions, \(corpus.count) kept inputs, seed \(seed)")
    }

    private func execute(_ target: FuzzTarget, _ input: [UInt8]) throws {
        if let kept { try Data(input).write(to: kept) }
        target.run(input)
    }

    /// The files of a folder in the order of their names, or the file itself.
    private static func files(_ path: URL) -> [URL] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path.path) else {
            return [path]
        }
        return names.sorted().map { path.appendingPathComponent($0) }
    }
}
