import Columnar
import Names
import Profile
import Source

/// Looks for the values of one question, first among those known of the parent, then in the source.
struct ReferenceSearch {
    private let question: ReferenceQuestion
    private let column: SourceColumn
    private let domain: ReferenceDomain

    /// Values a statement when they are looked for together, and when each on its own.
    private static let portion = 500
    private static let singlePortion = 100
    /// Parents up to this many rows are searched without an index.
    private static let scannedRowMax: Int64 = 200_000
    private static let missingMax = 3

    /// Nil when the two columns cannot be compared, or there is no such column.
    init?(_ question: ReferenceQuestion) {
        self.question = question
        let names = zip(question.parent.columns, question.parent.bronzeFields)
        guard
            let column = names.first(where: { $0.1.name.isSame(as: question.parentColumn) })?.0,
            let domain = ReferenceDomain(of: column.type, asked: question.child.type)
        else { return nil }
        self.column = column
        self.domain = domain
    }

    func share(_ connection: any SourceConnection) throws(SourceError) -> ReferenceShare? {
        var share = ReferenceShare()
        var rest: [SampledValue: Int] = [:]
        for (value, rows) in question.child.values {
            switch value {
            case .number(0) where domain.isNumber: share.zeroRows += rows
            case .text([]): share.emptyRows += rows
            default:
                share.askedRows += rows
                rest[value] = rows
            }
        }
        let known = question.parentProfile?.columns[ByteName(question.parentColumn)]
        rest = rest.filter { value, _ in
            guard let value = domain.inParent(value) else { return true }
            return known?.values[value] == nil
        }
        share.parentIsEmpty = try isEmpty(connection)
        if !share.parentIsEmpty, !rest.isEmpty {
            let isKnown = question.parentProfile?.isWhole == true && known?.hasAllValues == true
            guard let missing = try missing(rest, isKnown: isKnown, connection) else { return nil }
            rest = missing
        }
        share.foundRows = share.askedRows - rest.values.reduce(0, +)
        share.missing = rest.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .prefix(ReferenceSearch.missingMax).map(\.key)
        return share
    }

    private func isEmpty(_ connection: any SourceConnection) throws(SourceError) -> Bool {
        if let profile = question.parentProfile, profile.rows > 0 || profile.isWhole {
            return profile.rows == 0
        }
        var request = request
        request.limit = 1
        let stream = try connection.stream(request)
        defer { stream.cancel() }
        return try stream.next() == nil
    }

    /// Those of `values` that the parent does not have; nil when it cannot be asked. With `isKnown`
    /// none of them has the bytes of a value in the parent.
    private func missing(
        _ values: [SampledValue: Int], isKnown: Bool, _ connection: any SourceConnection
    ) throws(SourceError) -> [SampledValue: Int]? {
        if isKnown, domain != .text { return values }
        // Their numbers would be compared with texts.
        if domain == .text, ["enum", "set"].contains(column.typeName) {
            return isKnown ? values : nil
        }
        let parent = question.parent.table
        let isIndexed = parent.indexes.contains {
            $0.columns.first?.isSame(as: column.name) ?? false
        }
        guard isIndexed || parent.rowsEstimate <= ReferenceSearch.scannedRowMax else { return nil }
        var rest = values
        if !isKnown {
            for portion in portions(rest, ReferenceSearch.portion) {
                let found = try found(portion, connection)
                for value in portion where found.contains(value.parents) { rest[value.own] = nil }
            }
        }
        guard domain == .text else { return rest }
        // What has other bytes may be equal all the same: letters of another case, blanks behind.
        for portion in portions(rest, ReferenceSearch.singlePortion) {
            let present = try connection.presence(
                of: portion.map(\.source), in: column.name, request)
            for (value, isPresent) in zip(portion, present) where isPresent {
                rest[value.own] = nil
            }
        }
        return rest
    }

    /// The parent's values that equal one of `portion`.
    private func found(
        _ portion: [Asked], _ connection: any SourceConnection
    ) throws(SourceError) -> Set<SampledValue> {
        var request = request
        request.predicates = [.anyOf(column: column.name, portion.map(\.source))]
        request.isDistinct = true
        let stream = try connection.stream(request)
        defer { stream.cancel() }
        var profile = TableProfile(now: 0)
        while let batch = try stream.next() { profile.add(batch) }
        return Set(profile.columns[ByteName(column.name)]?.values.keys.map(\.self) ?? [])
    }

    private var request: ReadRequest {
        var request = question.parent.request()
        request.columns = [column]
        return request
    }

    // MARK: Values

    private struct Asked {
        var own: SampledValue
        /// The same in the parent's type.
        var parents: SampledValue
        var source: SourceValue
    }

    private func portions(_ values: [SampledValue: Int], _ count: Int) -> [[Asked]] {
        var asked: [Asked] = []
        for own in values.keys.sorted() {
            guard let parents = domain.inParent(own) else { continue }
            asked.append(Asked(own: own, parents: parents, source: domain.source(parents)))
        }
        return stride(from: 0, to: asked.count, by: count).map {
            Array(asked[$0..<min($0 + count, asked.count)])
        }
    }
}

/// In what form the values of two columns are compared.
enum ReferenceDomain: Hashable {
    /// Numbers, unscaled: the asked column's scale and the parent's.
    case number(scale: Int, parentScale: Int)
    case text
    case binary
    case date

    /// Nil when values of the two types are not compared.
    init?(of parent: ColumnType, asked: ColumnType) {
        switch (asked, parent) {
        case (.string, .string): self = .text
        case (.binary, .binary): self = .binary
        case (.date, .date): self = .date
        default:
            guard let scale = asked.scale, let parentScale = parent.scale else { return nil }
            self = .number(scale: scale, parentScale: parentScale)
        }
    }

    var isNumber: Bool { if case .number = self { true } else { false } }

    /// `value` of the asked column as the parent would hold it; nil when it cannot hold it.
    func inParent(_ value: SampledValue) -> SampledValue? {
        guard case .number(let scale, let parentScale) = self, case .number(let number) = value
        else { return value }
        if parentScale >= scale {
            let power = Decimal.powerOfTen(parentScale - scale)
            let (product, overflow) = number.multipliedReportingOverflow(by: power)
            return overflow ? nil : .number(product)
        }
        let (quotient, rest) = number.quotientAndRemainder(
            dividingBy: Decimal.powerOfTen(scale - parentScale))
        return rest == 0 ? .number(quotient) : nil
    }

    /// A value of the parent as the source takes it.
    func source(_ value: SampledValue) -> SourceValue {
        switch (self, value) {
        case (_, .text(let bytes)): .text(bytes)
        case (.date, .number(let day)):
            .string(CivilDate(daysSinceEpoch: Int(truncatingIfNeeded: day)).text)
        case (.number(_, let scale), .number(let number)) where scale > 0:
            .string(Decimal.text(unscaled: number, scale: scale))
        case (_, .number(let number)):
            if let whole = Int64(exactly: number) {
                .integer(whole)
            } else if let whole = UInt64(exactly: number) {
                .unsigned(whole)
            } else {
                .string(String(number))
            }
        }
    }
}

extension ColumnType {
    /// Digits after the point of exact numbers; nil of other types.
    fileprivate var scale: Int? {
        switch self {
        case .boolean, .byte, .short, .integer, .long: 0
        case .decimal(_, let scale): scale
        default: nil
        }
    }
}
