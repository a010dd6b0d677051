import CommandLine

extension Session {
    /// `--key VALUE`, or `--key column=value` for each of several columns.
    func key(_ columns: [String]) throws(Failure) -> [String: String] {
        var key: [String: String] = [:]
        for text in invocation[Options.key] {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, columns.contains(String(parts[0])) {
                key[String(parts[0])] = String(parts[1])
            } else if columns.count == 1 {
                key[columns[0]] = text
            } else {
                throw .usage(
                    "--key", "must be <column>=<value>, not '\(text)'",
                    hint: "The key is \(columns.joined(separator: ", ")).")
            }
        }
        for column in columns where key[column] == nil {
            throw .usage(
                "--key", "the value of \(column) is missing",
                hint: columns.count == 1
                    ? "Write --key VALUE."
                    : "Write --key \(column)=VALUE, and so for each of "
                        + "\(columns.joined(separator: ", ")).")
        }
        return key
    }
}
