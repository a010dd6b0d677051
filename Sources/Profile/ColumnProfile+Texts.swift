import Columnar

extension ColumnProfile {
    /// Takes in texts that are not dictionary-encoded.
    mutating func take(
        texts: ByteVector, of column: Column, _ rowHashes: inout [UInt64]
    ) {
        let bytes = texts.bytes.span
        let isText = type == .string
        for row in 0..<column.count {
            if column.isNull(row) {
                rowHashes[row] = Hash64.joined(rowHashes[row], Hash64.null)
                continue
            }
            let range = texts.range(row)
            let shape = TextShape(bytes, range, isText: isText)
            rowHashes[row] = Hash64.joined(rowHashes[row], shape.hash)
            take(shape, rows: 1, byteCount: range.count) { Array(texts[row]) }
        }
        settleTexts(column)
    }

    /// Takes in codes of a dictionary: each of its texts is examined once.
    mutating func take(
        codes: [UInt32], of values: DictionaryValues, _ column: Column,
        _ rowHashes: inout [UInt64]
    ) {
        memory.texts.follow(values, isText: type == .string)
        var rows = [Int](repeating: 0, count: values.values.count)
        for row in 0..<column.count {
            if column.isNull(row) {
                rowHashes[row] = Hash64.joined(rowHashes[row], Hash64.null)
                continue
            }
            let code = Int(codes[row])
            rows[code] += 1
            rowHashes[row] = Hash64.joined(rowHashes[row], memory.texts.shapes[code].hash)
        }
        for code in rows.indices where rows[code] > 0 {
            let shape = memory.texts.shapes[code]
            take(shape, rows: rows[code], byteCount: values.values.range(code).count) {
                Array(values.values[code])
            }
        }
        settleTexts(column)
    }

    private mutating func take(
        _ shape: TextShape, rows: Int, byteCount: Int, _ text: () -> [UInt8]
    ) {
        longest = max(longest, byteCount)
        if byteCount == 0 { empties += rows }
        if shape.hasControl { controlTexts += rows }
        if shape.isPadded {
            paddedTexts += rows
            if paddedExample == nil { paddedExample = text() }
        }
        if byteCount <= ColumnProfile.textByteCountMax {
            memory.tally.add(shape.hash, rows: rows) { .text(text()) }
        } else {
            memory.tally.skip()
        }
    }

    /// Texts have no order here.
    private mutating func settleTexts(_ column: Column) {
        if column.nullCount < column.count { isAscending = false }
    }
}

/// The shapes of a dictionary's texts, found once while its codes keep coming.
struct TextMemory: Sendable {
    private var lineage = Lineage.none
    private(set) var shapes: [TextShape] = []

    /// Brings `shapes` to the codes of `values`. A dictionary of the same lineage is a longer or
    /// shorter beginning of one list; 0 is nobody's.
    mutating func follow(_ values: DictionaryValues, isText: Bool) {
        if !values.lineage.isShared(with: lineage) { shapes = [] }
        lineage = values.lineage
        let bytes = values.values.bytes.span
        var code = shapes.count
        while code < values.values.count {
            shapes.append(TextShape(bytes, values.values.range(code), isText: isText))
            code += 1
        }
    }
}
