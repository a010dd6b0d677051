import Names
import Profile

/// Which columns are measures: numbers that are added up or averaged.
enum Measures {
    private static let words: Set<String> = [
        "amount", "qty", "quantity", "price", "total", "subtotal", "sum", "cost", "fee", "tax",
        "discount", "balance", "revenue", "sale", "salary", "wage", "unit", "point", "score",
        "mark", "grade", "duration", "minute", "second", "hour", "distance", "paid", "payment",
        "profit", "margin", "charge", "refund", "deposit", "credit", "debit", "budget", "kill",
        "death", "goal", "rating", "length", "millisecond", "vote", "size", "volume", "income",
        "expense", "money", "spent", "dose", "result", "reading", "temperature", "delay", "weight",
        "view", "hit", "download", "like", "share", "assist", "attempt",
    ]
    /// Fractions that are places or shares of a layout, no measures.
    private static let noMeasures: Set<String> = [
        "lat", "latitude", "lng", "lon", "longitude", "x", "y", "z", "id", "sort", "order",
        "position", "rank", "version", "code", "year", "month", "number", "no", "nr", "status",
        "type", "level", "width", "height", "depth",
    ]

    /// Whether the words of a column's name say that it counts or weighs something.
    static func isMeasure(_ name: Words) -> Bool { name.holds(anyOf: words) }

    static func of(_ table: SeenTable, besides references: [Reference]) -> [SeenColumn] {
        table.columns.filter { column in
            guard column.isNumber, !column.isAutoIncrement, !table.isKey(column.name),
                !references.contains(where: { $0.columns.holds(column.name) }),
                column.profile?.unixUnit == nil
            else { return false }
            let name = Words(column.name)
            if let last = name.singular.last, noMeasures.contains(last) { return false }
            return !column.isWhole || name.holds(anyOf: words)
        }
    }
}
