/// Fields of comma-separated text (RFC 4180) that keep NULL and the empty text apart: NULL is
/// nothing at all, the empty text a pair of quotes.
public enum CSVText {
    /// Appends one field, in quotes where it needs them. Cost: its bytes, twice.
    ///
    /// - Parameter quotesBlanks: quotes also what begins or ends with a blank, which some programs
    ///   take off.
    public static func append(
        _ field: some BidirectionalCollection<UInt8>, quotesBlanks: Bool = false,
        to text: inout [UInt8]
    ) {
        let blank = UInt8(ascii: " ")
        let isSpecial = field.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
        }
        let isBlank = quotesBlanks && (field.first == blank || field.last == blank)
        guard field.isEmpty || isSpecial || isBlank else {
            text += field
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in field {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }
}
