public import Columnar

/// A text column of few distinct values: each once, and which of them a row has, nil for NULL.
public struct TextCodes {
    public var texts: [String] = []
    public var codes: [Int?] = []

    public init(_ column: Column) {
        codes.reserveCapacity(column.count)
        if case .dictionary(let numbers, let dictionary) = column.storage {
            texts = (0..<dictionary.values.count).map { dictionary.values.text($0) }
            for row in 0..<column.count {
                codes.append(column.isNull(row) ? nil : Int(numbers[row]))
            }
            return
        }
        var known: [[UInt8]: Int] = [:]
        for row in 0..<column.count {
            if column.isNull(row) {
                codes.append(nil)
                continue
            }
            let bytes = column.textBytes(row)
            if known[bytes] == nil {
                known[bytes] = texts.count
                texts.append(String(decoding: bytes, as: UTF8.self))
            }
            codes.append(known[bytes])
        }
    }
}
