/// What the name of a column says of the table that it refers to.
enum ReferenceName {
    /// How sure the name makes it.
    enum Match: Int, Comparable {
        /// Table and key (`customer_id` for `customers.id`), or a key that tells its table.
        case sure
        /// The table and another word for "key".
        case likely

        static func < (left: Match, right: Match) -> Bool { left.rawValue < right.rawValue }
    }

    /// Words for "key" that say nothing of the table.
    private static let generic: Set<String> = [
        "id", "code", "key", "no", "nr", "num", "number", "uuid", "guid", "uid",
    ]

    /// - Parameters:
    ///   - key: the key of the table, whose name is one of `tables`; these may have prefixes.
    static func match(_ column: String, key: String, of tables: [String]) -> Match? {
        let (name, key) = (words(column), words(key))
        if name == key { return generic.contains(name.joined()) ? nil : .sure }
        guard let last = name.last, generic.contains(last), name.count > 1 else { return nil }
        let stem = Array(name.dropLast())
        let isCalled = tables.map(words).contains { $0.suffix(stem.count).elementsEqual(stem) }
        guard isCalled else { return nil }
        return key == [last] || key == name ? .sure : .likely
    }

    /// The words of a name in lower case, without the `s` of a plural.
    static func words(_ name: String) -> [String] {
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
