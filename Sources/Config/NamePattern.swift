/// A pattern of names: `*` stands for any run of characters, `?` for one, the rest for themselves.
public struct NamePattern: Sendable {
    private let pattern: [Character]

    public init(_ pattern: String) { self.pattern = Array(pattern) }

    /// Whether the whole of `name` fits. O(name × pattern) at worst.
    public func matches(_ name: String) -> Bool {
        let name = Array(name)
        var position = 0
        var index = 0
        /// Where to go on when the text after the last `*` does not fit.
        var star: (index: Int, position: Int)?
        while position < name.count {
            if index < pattern.count, pattern[index] == "*" {
                star = (index, position)
                index += 1
            } else if index < pattern.count,
                pattern[index] == "?" || pattern[index] == name[position]
            {
                index += 1
                position += 1
            } else if let last = star {
                star = (last.index, last.position + 1)
                index = last.index + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }
}
