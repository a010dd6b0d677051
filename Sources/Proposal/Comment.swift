import Config

/// Text in comments.
enum Comment {
    /// `text` in lines of at most 100 bytes or so, each a comment; ends in a line feed.
    static func wrapped(_ text: String, first: String, next: String) -> String {
        var lines: [String] = []
        var line = first
        var isBegun = false
        for word in YAMLText.comment(text).split(separator: " ") {
            if isBegun, line.utf8.count + word.utf8.count + 1 > 98 {
                lines.append(line)
                line = next
                isBegun = false
            }
            line += (isBegun ? " " : "") + word
            isBegun = true
        }
        lines.append(line)
        return lines.map { $0 + "\n" }.joined()
    }
}
