private import Spelling

/// The hint of an error about an unknown name.
enum Suggestion {
    static func text(_ name: String, _ known: [String]) -> String? {
        if let nearest = Spelling.nearest(to: name, in: known) {
            return "Did you mean \(nearest)?"
        }
        guard !known.isEmpty else { return nil }
        let shown = known.prefix(12).joined(separator: ", ")
        return "There are: " + shown + (known.count > 12 ? ", …" : ".")
    }
}
