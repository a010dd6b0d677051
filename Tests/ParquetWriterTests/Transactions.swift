import Columnar

/// Batches like the bench's fact table: 11 columns, keys drawn unevenly, one row in a hundred
/// breaking a rule, text of few values already coded by one growing dictionary a column.
struct Transactions {
    static let schema = Schema([
        Field("id", .long), Field("product_code", .string), Field("customer_code", .string),
        Field("market_code", .string), Field("order_date", .date), Field("sales_qty", .integer),
        Field("sales_amount", .decimal(precision: 12, scale: 2)), Field("currency", .string),
        Field("discount", .double), Field("note", .string), Field("updated_at", .timestamp),
    ])

    /// The rows of the whole table: dates advance with the row's place in it.
    let rowCount: Int
    private var row = 0
    private var random = Seeded(20_230_101)
    private var products = Coder()
    private var customers = Coder()
    private var markets = Coder()
    private var currencies = Coder()

    init(rowCount: Int) { self.rowCount = rowCount }

    /// Gives strings codes in the order first seen.
    private struct Coder {
        let lineage = Lineage.next()
        var codes: [Int: UInt32] = [:]
        var values = ByteVector()

        mutating func code(_ key: Int, _ text: () -> String) -> UInt32 {
            if let code = codes[key] { return code }
            values.append(text().utf8)
            codes[key] = UInt32(values.count - 1)
            return UInt32(values.count - 1)
        }

        func column(_ codes: [UInt32], _ validity: Bitmap? = nil) -> Column {
            let values = DictionaryValues(lineage: lineage, values: values)
            return Column(
                .string, storage: .dictionary(codes: codes, values: values), validity: validity)
        }
    }

    private struct Builders {
        var ids: [Int64] = []
        var products: [UInt32] = []
        var productValidity = Bitmap()
        var customers: [UInt32] = []
        var markets: [UInt32] = []
        var dates: [Int32] = []
        var quantities: [Int32] = []
        var amounts: [Int64] = []
        var currencies: [UInt32] = []
        var discounts: [Double] = []
        var discountValidity = Bitmap()
        var notes = ByteVector()
        var noteValidity = Bitmap()
        var updates: [Int64] = []
    }

    /// The next rows, or nil after the last.
    mutating func next(_ limit: Int = 16_384) -> RecordBatch? {
        let count = min(limit, rowCount - row)
        if count <= 0 { return nil }
        var builders = Builders()
        for _ in 0..<count {
            row += 1
            append(to: &builders)
        }
        let columns = [
            Column(.long, storage: .int64(builders.ids)),
            products.column(builders.products, builders.productValidity),
            customers.column(builders.customers), markets.column(builders.markets),
            Column(.date, storage: .int32(builders.dates)),
            Column(.integer, storage: .int32(builders.quantities)),
            Column(.decimal(precision: 12, scale: 2), storage: .int64(builders.amounts)),
            currencies.column(builders.currencies),
            Column(
                .double, storage: .double(builders.discounts),
                validity: builders.discountValidity),
            Column(.string, storage: .bytes(builders.notes), validity: builders.noteValidity),
            Column(.timestamp, storage: .int64(builders.updates)),
        ]
        return RecordBatch(schema: Self.schema, columns: columns)
    }

    private mutating func append(to builders: inout Builders) {
        let defect = row * 7919 % 1000
        builders.ids.append(Int64(row))
        appendKeys(defect, to: &builders)
        let day = row * 1066 / rowCount
        let date = min(20_453, 19_358 + day + Int(uniform() * 30))
        builders.dates.append(Int32(date))
        let draw = uniform()
        let quantity = 1 + Int(draw * draw * draw * 200)
        builders.quantities.append(defect == 6 ? 0 : defect == 7 ? -1 : Int32(quantity))
        let amount = Int64(1000 + uniform() * 9_999_000)
        builders.amounts.append(defect == 8 ? -100 : amount)
        let isDiscounted = uniform() >= 0.3
        builders.discounts.append(
            isDiscounted ? Double(Int(uniform() * 40)) / 100 : 0)
        builders.discountValidity.append(isDiscounted)
        let hasNote = row % 25 == 0
        builders.notes.append(
            hasNote ? Array("note on order \(row) – déjà vu".utf8) : [])
        builders.noteValidity.append(hasNote)
        let millisecond = Int64(uniform() * 86_400_000)
        builders.updates.append(
            (19_358 + Int64(day)) * Timestamp.microsecondsPerDay + millisecond * 1000)
    }

    private mutating func appendKeys(_ defect: Int, to builders: inout Builders) {
        var draw = uniform()
        let product = defect == 2 ? 99_999 : 1 + Int(draw * draw * 2000)
        builders.products.append(products.code(product) { "Prod" + padded(product, 5) })
        builders.productValidity.append(defect != 1)
        draw = uniform()
        let customer = defect == 3 ? 0 : defect == 4 ? 999_999 : 1 + Int(draw * draw * 10_000)
        builders.customers.append(
            customers.code(customer) { customer == 0 ? "" : "Cus" + padded(customer, 6) })
        let market = defect == 5 ? 999 : 1 + Int(uniform() * 100)
        builders.markets.append(markets.code(market) { "Mark" + padded(market, 3) })
        let currency = defect == 9 ? 2 : defect == 10 ? 3 : uniform() < 0.93 ? 0 : 1
        builders.currencies.append(
            currencies.code(currency) { ["INR", "USD", "EUR", "INR\r"][currency] })
    }

    private mutating func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
