import Columnar

/// Timestamps as the log and statistics spell them.
enum TimestampText {
    /// Microseconds since the epoch of `YYYY-MM-DD[ T]hh:mm:ss[.ffffff][Z]`, or nil. A text
    /// without a zone is taken as UTC.
    static func microseconds(_ text: String) -> Int64? {
        var bytes = Array(text.utf8)[...]
        guard bytes.count >= 19, let date = CivilDate(String(text.prefix(10))) else { return nil }
        bytes = bytes.dropFirst(10)
        guard let separator = bytes.popFirst(), separator == 32 || separator == 84,
            let hour = number(&bytes, 23), bytes.popFirst() == 58,
            let minute = number(&bytes, 59), bytes.popFirst() == 58,
            let second = number(&bytes, 59)
        else { return nil }
        var fraction: Int64 = 0
        if bytes.first == 46 {
            bytes.removeFirst()
            var unit: Int64 = 100_000
            var count = 0
            while let digit = bytes.first, (48...57).contains(digit) {
                fraction += Int64(digit - 48) * unit
                unit /= 10
                count += 1
                bytes.removeFirst()
            }
            if count == 0 || count > 9 { return nil }
        }
        if bytes.first == 90 { bytes.removeFirst() }
        guard bytes.isEmpty else { return nil }
        let seconds = hour * 3600 + minute * 60 + second
        return Int64(date.daysSinceEpoch) * Timestamp.microsecondsPerDay
            + Int64(seconds) * 1_000_000 + fraction
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>, _ limit: Int) -> Int? {
        guard let tens = bytes.popFirst(), let ones = bytes.popFirst(),
            (48...57).contains(tens), (48...57).contains(ones)
        else { return nil }
        let value = Int(tens - 48) * 10 + Int(ones - 48)
        return value <= limit ? value : nil
    }
}
