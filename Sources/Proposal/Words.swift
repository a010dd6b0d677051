/// The words of a name, in lower case and singular, so that `orders`, `tblOrder` and `ORDER` match.
///
/// Names are only compared here, never written: what is written has the source's spelling.
struct Words: Hashable {
    /// In lower case, as spelt.
    let spelt: [String]
    /// In the singular.
    let singular: [String]

    init(_ name: String) {
        var spelt: [String] = []
        var singular: [String] = []
        for word in Words.split(name) {
            let single = Words.singular(word)
            let parts = Translation.words(single)
            // What was translated is compared by its English word everywhere.
            spelt += parts.count == 1 && parts[0] == single ? [word] : parts
            singular += parts
        }
        self.spelt = spelt
        self.singular = singular
    }

    private init(spelt: [String], singular: [String]) {
        self.spelt = spelt
        self.singular = singular
    }

    var isEmpty: Bool { spelt.isEmpty }

    /// All words in one, for names that write them together (`courseid`).
    var joined: String { singular.joined() }

    /// The last word, which names what a table's rows are.
    var head: String {
        singular.last { word in word.contains { !$0.isNumber } } ?? singular.last ?? ""
    }

    func dropFirst(_ count: Int = 1) -> Words {
        Words(spelt: Array(spelt.dropFirst(count)), singular: Array(singular.dropFirst(count)))
    }

    func dropLast(_ count: Int = 1) -> Words {
        Words(spelt: Array(spelt.dropLast(count)), singular: Array(singular.dropLast(count)))
    }

    func begins(with other: Words) -> Bool {
        !other.isEmpty && singular.count > other.singular.count
            && singular.starts(with: other.singular)
    }

    func holds(anyOf words: Set<String>) -> Bool {
        singular.contains(where: words.contains) || spelt.contains(where: words.contains)
    }

    /// Runs of letters and digits, cut where a capital follows a small letter.
    private static func split(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var previous: Character?
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            let isPart = character.isLetter || character.isNumber
            let follows = index + 1 < characters.count ? characters[index + 1] : nil
            let begins =
                character.isUppercase
                && (previous?.isLowercase == true
                    || previous?.isUppercase == true && follows?.isLowercase == true)
            if !word.isEmpty, !isPart || begins {
                words.append(word)
                word = ""
            }
            if isPart { word += character.lowercased() }
            previous = character
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static let irregular = [
        "people": "person", "children": "child", "indices": "index", "men": "man",
        "women": "woman", "data": "data", "news": "news", "series": "series", "staves": "staff",
    ]

    /// One form for the singular and the plural of a word; it need not be a word itself.
    static func singular(_ word: String) -> String {
        if let known = irregular[word] { return known }
        if word.count <= 3 { return word }
        for end in ["ss", "us", "is"] where word.hasSuffix(end) { return word }
        var single = word
        if ["sses", "xes", "ches", "shes", "zzes", "uses"].contains(where: word.hasSuffix) {
            single = String(word.dropLast(2))
        } else if word.hasSuffix("s") {
            single = String(word.dropLast())
        }
        // category, categories and movie, movies: both end in y then.
        return single.hasSuffix("ie") ? single.dropLast(2) + "y" : single
    }
}
