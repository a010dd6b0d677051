/// Every function and operator by its name in lower case or its sign.
enum FunctionTable {
    static let all: [String: FunctionDefinition] = {
        var all: [String: FunctionDefinition] = [:]
        for group in [
            LogicFunctions.table, ComparisonFunctions.table, ArithmeticFunctions.table,
            ConditionalFunctions.table, TextFunctions.table, PatternFunctions.table,
            TimeFunctions.table, RoundingFunctions.table,
        ] {
            all.merge(group) { first, _ in first }
        }
        return all
    }()

    /// Names that may be called, for proposals; operators left out.
    static let names = all.keys.filter { name in
        name != "negative"
            && name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 || $0 == 50 }
    }.sorted()
}
