import Columnar
import Events
import Names
import Pipeline
public import Profile

extension RuleSuggestions {
    /// What the cleaned rows say.
    public mutating func seen(_ profile: TableProfile) {
        for field in schema.fields where !entity.key.contains(field.name) {
            guard let column = profile.columns[ByteName(field.name)] else { continue }
            mend(field, column)
            if isFact, !refers(field.name) { ask(positive: field, column) }
        }
        if profile.rows >= RuleSuggestions.rowCountMin { always(profile) }
    }

    /// Whether a rule asks for a member by this column.
    public func refers(_ column: String) -> Bool {
        (entity.rules + found.map(\.rule)).contains { rule in
            if case .references(_, let on) = rule.kind { on[column] != nil } else { false }
        }
    }

    /// Texts with blanks or control characters at an end.
    private mutating func mend(_ field: Field, _ column: ColumnProfile) {
        guard field.type == .string, column.paddedTexts > 0, !labelled.contains(field.name),
            clean?.computes([field.name]) != true
        else { return }
        let name = spelt(field.name)
        let example = column.paddedExample.map { ProfileWords.example($0) + " and the like, " }
        let hasControl = column.controlTexts > 0
        cleaned.append(
            CleanSuggestion(
                column: field.name,
                expression: hasControl
                    ? "trim(both ' \\t\\r\\n' from \(name))" : "trim(\(name))",
                trimmed: Set((hasControl ? " \t\r\n" : " ").utf8),
                reason: (example ?? "") + "in \(ProfileWords.count(Int64(column.paddedTexts))) of "
                    + "\(ProfileWords.count(Int64(column.rows))) rows"))
    }

    private static let amounts: Set<String> = [
        "amount", "price", "total", "qty", "quantity", "cost", "sum", "paid",
    ]

    /// Amounts of which a few are zero or less: whether that is right is for people to say.
    private mutating func ask(positive field: Field, _ column: ColumnProfile) {
        let count = column.zeros + column.negatives
        guard count > 0, count * 10 <= column.rows, !coverage.refusesNegative(field.name),
            !RuleSuggestions.amounts.isDisjoint(with: ReferenceName.words(field.name))
        else { return }
        let (some, all) = (Int64(count), Int64(column.rows))
        add(
            field.name + "_positive",
            .check(ExpressionSpec(text: "\(spelt(field.name)) > 0"), failsOnNull: false),
            "\(ProfileWords.count(some)) of \(ProfileWords.count(all)) rows are not "
                + "(\(ProfileWords.percent(some, of: all)))", isComment: true)
    }

    /// References that names speak for and rows confirm.
    public mutating func referred(_ guesses: [ReferenceGuess]) {
        for guess in guesses where guess.isConfirmed && !refers(guess.column) {
            var condition: ExpressionSpec?
            if guess.nones > 0 {
                let none = schema[guess.column]?.type == .string ? "''" : "0"
                condition = ExpressionSpec(text: "\(spelt(guess.column)) <> \(none)")
            }
            let missing = guess.asked - guess.found
            let figures =
                missing == 0
                ? "all values are in \(guess.dimension)"
                : "\(ProfileWords.count(missing)) of \(ProfileWords.count(guess.asked)) rows name "
                    + "nothing in \(guess.dimension) "
                    + "(\(ProfileWords.percent(missing, of: guess.asked)))"
            add(
                "known_" + guess.column,
                .references(dimension: guess.dimension, on: [guess.column: guess.key]),
                "guessed: " + figures, .warn, where: condition)
        }
    }

    /// A column's name in an expression: bare where it is read so.
    private func spelt(_ name: String) -> String {
        let bare = try? RowExpression(
            ExpressionSpec(text: name), schema: schema, now: 0, subject: name)
        return bare?.columns == [name] ? name : "`\(name)`"
    }

    /// What held in all of many rows.
    private mutating func always(_ profile: TableProfile) {
        for field in schema.fields {
            guard let column = profile.columns[ByteName(field.name)], column.type == field.type
            else { continue }
            let rows = "in \(profile.rows) rows"
            if column.nulls == 0, !isPresent(field.name) {
                add(field.name + "_present", .notNull([field.name]), "never NULL \(rows)", .warn)
            }
            if entity.key.contains(field.name) { continue }
            let isReference = refers(field.name)
            if let texts = column.fewTexts, !isReference, !coverage.refusesStrange(field.name) {
                // The texts as the suggested cleaning leaves them.
                let ends = cleaned.first { $0.column == field.name }?.trimmed ?? []
                let list = Set(texts.map { String(decoding: $0.trimmed(ends), as: UTF8.self) })
                    .sorted()
                add(
                    field.name + "_known",
                    .values(column: field.name, list, failsOnNull: false),
                    "\(list.count) values \(rows)", .warn)
            }
            switch field.type {
            case .byte, .short, .integer, .long, .decimal:
                guard let least = column.least, least >= 0, !isReference,
                    !coverage.refusesNegative(field.name)
                else { continue }
                add(
                    field.name + "_not_negative",
                    .range(column: field.name, minimum: "0", maximum: nil),
                    "never negative \(rows)", .warn)
            default: continue
            }
        }
    }
}

extension ColumnProfile {
    /// More distinct values than this are no list.
    private static let listedCountMax = 20

    /// The distinct texts, nil where there are none or many, or values are no texts.
    fileprivate var fewTexts: [[UInt8]]? {
        guard type == .string, hasAllValues, 1...ColumnProfile.listedCountMax ~= distinct else {
            return nil
        }
        return values.keys.compactMap { value in
            if case .text(let bytes) = value { bytes } else { nil }
        }
    }
}

extension [UInt8] {
    /// The bytes without those of `ends` before the first and behind the last other one.
    fileprivate func trimmed(_ ends: Set<UInt8>) -> ArraySlice<UInt8> {
        var rest = drop(while: ends.contains)
        while let last = rest.last, ends.contains(last) { rest.removeLast() }
        return rest
    }
}
