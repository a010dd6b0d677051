import CommandLine
import JSON
import Lake
import Transform

/// `sluice reconcile`: the receipts, end to end. Reads only.
struct ReconcileCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let transformation = try TransformCommand.reading(session, try session.configuration())
        let receipts = try failing(Failure.init) { () throws(LakeError) in
            try transformation.reconcile()
        }
        try session.show(
            ReconcileCommand.document(receipts),
            text: ReconcileCommand.text(receipts, width: session.width)
                + ReconcileCommand.differences(receipts))
        ReconcileCommand.tell(receipts, to: session.logger)
        return receipts.allSatisfy(\.isBalanced) ? .success : .unbalanced
    }

    /// What does not balance, as errors: also for those who see nothing but stderr.
    static func tell(_ receipts: [Reconciliation], to logger: Logger) {
        for receipt in receipts {
            for difference in receipt.differences {
                logger.error(
                    "the receipt does not balance: \(difference)",
                    [("table", .string(receipt.table))])
            }
        }
    }

    /// `{"balanced", "tables": […]}`.
    static func document(_ receipts: [Reconciliation]) -> JSONValue {
        let tables = receipts.map { receipt -> JSONValue in
            var object = JSONObject()
            object["table"] = .string(receipt.table)
            object["balanced"] = .bool(receipt.isBalanced)
            object["bronze"] = receipt.bronze.map { JSONValue($0) } ?? .null
            object["silver"] = JSONValue(receipt.silver)
            object["quarantined"] = JSONValue(receipt.quarantined)
            object["superseded"] = JSONValue(receipt.superseded)
            object["duplicates"] = JSONValue(receipt.duplicates)
            object["deleted"] = JSONValue(receipt.deleted)
            object["gold"] = receipt.gold.map { JSONValue($0) } ?? .null
            object["differences"] = .array(receipt.differences.map(JSONValue.string))
            object["not_proven"] = .array(receipt.notProven.map(JSONValue.string))
            object["notes"] = .array(receipt.notes.map(JSONValue.string))
            return .object(object)
        }
        return [
            "balanced": .bool(receipts.allSatisfy(\.isBalanced)), "tables": .array(tables),
        ]
    }

    /// A table with a line a receipt, or with those that balance folded where they are many.
    static func text(
        _ receipts: [Reconciliation], width: Int?, isFolded: Bool = false
    ) -> String {
        guard !receipts.isEmpty else { return "Nothing is in silver yet.\n" }
        let fold = ReportFold(
            receipts,
            hasFinding: {
                !isFolded || !$0.isBalanced || !$0.notes.isEmpty || !$0.notProven.isEmpty
            },
            hasFailed: { !$0.isBalanced })
        var table = TextTable([
            .init("table"), .init("bronze", .right), .init("silver", .right),
            .init("quarantined", .right), .init("superseded", .right),
            .init("duplicates", .right), .init("deleted", .right), .init("gold", .right),
            .init("balanced"),
        ])
        func count(_ value: Int64) -> String { Quantity.count(Int(value)) }
        for receipt in fold.shown {
            table.append([
                receipt.table, receipt.bronze.map(count) ?? "?", count(receipt.silver),
                count(receipt.quarantined), count(receipt.superseded),
                count(receipt.duplicates), count(receipt.deleted),
                receipt.gold.map(count) ?? "",
                !receipt.isBalanced ? "NO" : receipt.notProven.isEmpty ? "yes" : "not proven",
            ])
        }
        let unbalanced = receipts.filter { !$0.isBalanced }
        let isProven = receipts.allSatisfy(\.notProven.isEmpty)
        let verdict =
            unbalanced.isEmpty
            ? (isProven
                ? "receipts: every row is accounted for\n"
                : "receipts: no difference was found, and not every receipt is proven\n")
            : "receipts: \(unbalanced.map(\.table).joined(separator: ", ")) NOT BALANCED\n"
        let notes = receipts.flatMap { $0.notProven.map { "not proven: \($0)" } + $0.notes }.map {
            "  \($0)\n"
        }.joined()
        return fold.text(table, width: width, folded(fold.folded)) + "\n" + verdict + notes
    }

    /// Receipts that balance, added up.
    private static func folded(_ receipts: [Reconciliation]) -> [String] {
        if receipts.isEmpty { return [] }
        func sum(_ part: KeyPath<Reconciliation, Int64>) -> String {
            Quantity.count(Int(receipts.reduce(0) { $0 + $1[keyPath: part] }))
        }
        // They balance: bronze is their sum.
        return [
            "\(receipts.count) tables balance: bronze \(sum(\.sum)) = silver "
                + "\(sum(\.silver)) + quarantined \(sum(\.quarantined)) + superseded "
                + "\(sum(\.superseded)) + duplicates \(sum(\.duplicates)) + deleted "
                + sum(\.deleted)
        ]
    }

    /// What does not balance, counted; empty when all does.
    static func differences(_ receipts: [Reconciliation]) -> String {
        let differences = receipts.flatMap(\.differences)
        if differences.isEmpty { return "" }
        let count = differences.count == 1 ? "1 difference" : "\(differences.count) differences"
        return "receipts: \(count):\n" + differences.map { "  \($0)\n" }.joined()
    }
}
