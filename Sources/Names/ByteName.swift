/// A name as databases, file systems and lakes tell names apart: by its bytes.
///
/// Swift's `String` compares by canonical equivalence, so that `é` in one code point equals `é` in
/// two. A server takes them for two tables, a folder for two files. Whatever is a key, a member of
/// a set or sorted, and comes from outside, is compared through this. Equal bytes are canonically
/// equivalent, so the text's own hash serves. O(bytes).
public struct ByteName: Hashable, Comparable, Sendable {
    /// The name, with the bytes it came with.
    public let text: String

    /// A name with exactly the bytes of `text`.
    public init(_ text: String) { self.text = text }

    /// `text` with ASCII letters in lower case, to find names that differ in nothing else. Letters
    /// beyond ASCII stay: which of them are alike depends on who is asked.
    public init(ignoringCaseOf text: String) {
        let lowered = text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
        self.text = String(decoding: lowered, as: UTF8.self)
    }

    /// Whether the bytes are the same; canonical equivalence does not count.
    public static func == (left: ByteName, right: ByteName) -> Bool {
        left.text.isSame(as: right.text)
    }

    /// Hashes by the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The order of the bytes, which for UTF-8 is the order of the code points.
    public static func < (left: ByteName, right: ByteName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension ByteName: ExpressibleByStringLiteral {
    /// The name that stands in the source text.
    public init(stringLiteral text: String) { self.init(text) }
}

extension String {
    /// Whether `other` has the same bytes. `==` also holds for other spellings of one text.
    public func isSame(as other: String) -> Bool {
        // Unequal texts are found at once; ASCII needs no normalising.
        self == other && utf8.elementsEqual(other.utf8)
    }

    /// Whether the first bytes are those of `prefix`.
    public func begins(with prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }
}

extension Sequence<String> {
    /// Whether one of them has the bytes of `name`.
    public func holds(_ name: String) -> Bool { contains { $0.isSame(as: name) } }

    /// In the order of their bytes.
    public func sortedByBytes() -> [String] { sorted { ByteName($0) < ByteName($1) } }
}

/// `base`, or `base_2`, `base_3`, …: the first that is not taken.
public func freeName(_ base: String, isTaken: (String) -> Bool) -> String {
    var name = base
    var number = 2
    while isTaken(name) {
        name = "\(base)_\(number)"
        number += 1
    }
    return name
}
