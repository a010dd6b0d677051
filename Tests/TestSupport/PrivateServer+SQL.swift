import Foundation

extension PrivateServer {
    /// Runs SQL through the `mariadb` client as `user` and returns what it prints: tab-separated
    /// lines without a header, values with tabs and line breaks escaped.
    @discardableResult
    public func sql(
        _ text: String, user: String = "root", password: String? = nil, database: String? = nil
    ) throws -> String {
        var arguments = [
            "--no-defaults", "--socket=\(socket)", "--user=\(user)", "--batch",
            "--skip-column-names", "--default-character-set=utf8mb4", "--max-allowed-packet=256M",
        ]
        if let password { arguments.append("--password=\(password)") }
        if let database { arguments.append(database) }
        return try Command.check("mariadb", arguments, input: Data(text.utf8))
    }

    /// The rows of one query as the client prints them; nil for NULL.
    ///
    /// The client prints the text NULL the same way, so use it for values that cannot be that.
    public func rows(_ query: String, database: String? = nil) throws -> [[String?]] {
        try sql(query, database: database).split(separator: "\n", omittingEmptySubsequences: true)
            .map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map {
                    $0 == "NULL" ? nil : PrivateServer.unescaped($0)
                }
            }
    }

    /// The single value of one query, nil for NULL or no row.
    public func value(_ query: String, database: String? = nil) throws -> String? {
        try rows(query, database: database).first?.first ?? nil
    }

    /// Creates an empty schema, replacing one of that name.
    public func createSchema(_ name: String, _ options: String = "CHARACTER SET utf8mb4") throws {
        let quoted = "`" + name.replacingOccurrences(of: "`", with: "``") + "`"
        try sql("DROP DATABASE IF EXISTS \(quoted); CREATE DATABASE \(quoted) \(options);")
    }

    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var result = ""
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
                switch character {
                case "n": result.unicodeScalars.append("\n")
                case "t": result.unicodeScalars.append("\t")
                case "0": result.unicodeScalars.append("\0")
                default: result.unicodeScalars.append(character)
                }
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
