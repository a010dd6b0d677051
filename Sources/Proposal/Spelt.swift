/// How names and texts are written in expressions.
enum Spelt {
    /// Words that mean something of their own where a column's name may stand.
    private static let reserved: Set<String> = [
        "all", "and", "as", "between", "both", "case", "cast", "date", "div", "else", "end",
        "escape", "false", "from", "in", "interval", "is", "leading", "like", "not", "null", "or",
        "regexp", "rlike", "then", "time", "timestamp", "trailing", "true", "when", "x", "r",
        "distinct", "filter", "over", "where",
    ]

    /// A column's name: bare where it is a plain word that means nothing else.
    static func column(_ name: String) -> String {
        let isBare = name.utf8.allSatisfy { byte in
            (97...122).contains(byte | 32) || byte == 95
        }
        return isBare && name.utf8.first != 95 && !reserved.contains(name.lowercased())
            ? name : "`\(name)`"
    }
}
