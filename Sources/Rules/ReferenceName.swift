/// What the name of a column says of the table that it refers to.
public enum ReferenceName {
    /// How sure the name makes it.
    public enum Match: Int, Comparable, Sendable {
        /// Table and key (`customer_id` for `customers.id`), or a key that tells its table.
        case sure
        /// The table and another word for "key".
        case likely
        /// A sure one with words before it that tell the part it plays (`billing_address_id`), or
        /// the table's bare name.
        case hinted

        public static func < (left: Match, right: Match) -> Bool { left.rawValue < right.rawValue }
    }

    /// Words for "key" that say nothing of the table.
    private static let generic: Set<String> = [
        "id", "code", "key", "no", "nr", "num", "number", "uuid", "guid", "uid",
    ]

    /// Words that name a property more often than a table.
    private static let never: Set<String> = [
        "ip", "type", "status", "state", "level", "position", "sort", "order", "name", "title",
        "value", "data", "date", "time", "description", "comment", "note", "text", "content",
        "number", "hash",
    ]

    /// - Parameters:
    ///   - key: the key of the table, whose name is one of `tables`; these may have prefixes.
    public static func match(_ column: String, key: String, of tables: [String]) -> Match? {
        let (name, key, tables) = (words(column), words(key), tables.map(words))
        if let match = whole(name, key, tables) { return match }
        for count in stride(from: 1, to: name.count, by: 1) {
            if whole(Array(name.dropFirst(count)), key, tables) == .sure { return .hinted }
        }
        let isBare = name.joined().count >= 3 && !never.contains(name.joined())
        return isBare && isCalled(name, tables) ? .hinted : nil
    }

    private static func whole(
        _ name: [String], _ key: [String], _ tables: [[String]]
    ) -> Match? {
        if name == key { return generic.contains(name.joined()) ? nil : .sure }
        guard let last = name.last, generic.contains(last), name.count > 1,
            isCalled(Array(name.dropLast()), tables)
        else { return nil }
        return key == [last] || key == name ? .sure : .likely
    }

    private static func isCalled(_ stem: [String], _ tables: [[String]]) -> Bool {
        tables.contains { $0.suffix(stem.count).elementsEqual(stem) }
    }

    /// The words of a name in lower case, without the `s` of a plural.
    public static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasSmall = false
        for character in name {
            let isPart = character.isLetter || character.isNumber
            if !isPart || wasSmall && character.isUppercase, !word.isEmpty {
                words.append(word)
                word = ""
            }
            if isPart { word += character.lowercased() }
            wasSmall = character.isLowercase
        }
        if !word.isEmpty { words.append(word) }
        return words.map { word in
            if word.count <= 3 || word.hasSuffix("ss") || word.hasSuffix("us") { return word }
            if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
            for end in ["ches", "shes", "sses", "xes"] where word.hasSuffix(end) {
                return String(word.dropLast(2))
            }
            return word.hasSuffix("s") ? String(word.dropLast()) : word
        }
    }
}
