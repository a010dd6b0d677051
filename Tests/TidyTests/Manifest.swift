import Foundation

/// What Package.swift declares, read from its text.
struct Manifest {
    struct Target {
        let name: String
        let dependencies: [String]
    }

    /// `ours(...)` and `.executableTarget(...)`.
    private(set) var ownTargets: [Target] = []
    /// `tests(...)` and `.testTarget(...)`.
    private(set) var testTargets: [Target] = []

    init(_ text: String) {
        // The part after the helper functions: there the same words are calls.
        let calls = text.range(of: "let package = Package(").map { text[$0.lowerBound...] } ?? ""
        for (word, isTest) in [
            ("ours(", false), (".executableTarget(", false), ("tests(", true),
            (".testTarget(", true),
        ] {
            var rest = calls
            while let call = rest.range(of: word) {
                rest = rest[call.upperBound...]
                let body = Manifest.balanced(rest)
                let names = Manifest.strings(Manifest.dependencies(body))
                guard let name = Manifest.strings(body).first else { continue }
                let target = Target(name: name, dependencies: names.filter { $0 != name })
                if isTest { testTargets.append(target) } else { ownTargets.append(target) }
            }
        }
    }

    /// The text up to the bracket that closes the one before it.
    private static func balanced(_ text: Substring) -> Substring {
        var depth = 1
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return text
    }

    /// The first list in a call, which is its dependencies.
    private static func dependencies(_ body: Substring) -> Substring {
        guard let open = body.firstIndex(of: "["),
            let close = body[open...].firstIndex(of: "]")
        else { return "" }
        return body[open..<close]
    }

    private static func strings(_ text: Substring) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
    }
}
