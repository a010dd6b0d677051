import Columnar
import Source

/// `binary`: bytes as they are, trailing zeros kept.
final class BytesDecoder: ColumnDecoder {
    private var values = BytesBuilder()
    private var validity = ValidityBuilder()

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        values.append(block, column, &validity)
    }

    func take() -> Column {
        Column(.binary, storage: .bytes(values.take()), validity: validity.take())
    }
}

/// `string`: UTF-8 text, as dictionary codes while few values repeat, plain after that. Bytes that
/// are not UTF-8 become null and `hex:…` (P17).
final class TextDecoder: ColumnDecoder {
    private var values = BytesBuilder()
    private var codes: [UInt32] = []
    private var validity = ValidityBuilder()
    private var dictionary: StringDictionary? = StringDictionary()
    private let isGuarded: Bool

    /// `isGuarded` says that untranslatable text comes marked by `TextGuard`.
    init(isGuarded: Bool) { self.isGuarded = isGuarded }

    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues) -> Bool {
        guard let dictionary else { return decodePlain(block, column, &invalid) }
        return decodeCodes(block, column, dictionary, &invalid)
    }

    private func decodeCodes(
        _ block: PacketBlock, _ column: Int, _ dictionary: StringDictionary,
        _ invalid: inout InvalidValues
    ) -> Bool {
        let first = invalid.entries.count
        let start = codes.count
        codes.append(contentsOf: repeatElement(0, count: block.count))
        let sought = block.soughtTexts
        let texts = unsafe sought.texts
        var count = 0
        let fits = unsafe block.scan(column, &validity) { row, at, available in
            guard let (header, length) = unsafe LengthEncoded.read(at, available) else {
                return -1
            }
            unsafe texts[count] = unsafe dictionary.sought(at + header, length, row: row)
            count &+= 1
            return header + length
        }
        unsafe codes.withUnsafeMutableBufferPointer { codes in
            guard let base = codes.baseAddress else { return }
            unsafe dictionary.find(sought, count, base + start) { text in
                let bytes = unsafe UnsafeRawBufferPointer(start: text.start, count: text.length)
                unsafe invalid.note(text.row, column, raw(bytes))
            }
        }
        if fits { validity.clear(invalid, since: first) }
        return fits
    }

    private func decodePlain(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues)
        -> Bool
    {
        let first = invalid.entries.count
        let firstRow = values.count
        let fits = values.append(block, column, &validity)
        for text in values.invalidTexts(from: firstRow) {
            invalid.note(text.index - firstRow, column, raw(text.bytes))
        }
        if fits { validity.clear(invalid, since: first) }
        return fits
    }

    /// The raw text of a value that is not UTF-8, without the guard's mark where it bears one.
    private func raw(_ bytes: some Collection<UInt8>) -> [UInt8] {
        isGuarded && bytes.first == 0xFF
            ? UTF8Text.hexadecimal(bytes.dropFirst()) : UTF8Text.hexadecimal(bytes)
    }

    func take() -> Column {
        let present = validity.take()
        guard let dictionary else {
            return Column(.string, storage: .bytes(values.take()), validity: present)
        }
        let taken = codes
        codes = []
        codes.reserveCapacity(taken.count)
        let snapshot = dictionary.snapshot()
        dictionary.noteBatch(valueCount: present?.setCount ?? taken.count)
        if !dictionary.isWorthwhile { self.dictionary = nil }
        if snapshot.values.count == 0 {
            // No value at all so far: code 0 would name nothing.
            let offsets = [UInt32](repeating: 0, count: taken.count + 1)
            let empty = ByteVector(offsets: offsets, bytes: [])
            return Column(.string, storage: .bytes(empty), validity: present)
        }
        return Column(
            .string, storage: .dictionary(codes: taken, values: snapshot), validity: present)
    }
}
