/// A watermark as tables for people show it.
enum WatermarkText {
    /// To the second where it is a time; the documents of `--json` keep all digits.
    static func short(_ watermark: String?) -> String {
        guard let watermark else { return "" }
        guard watermark.hasSuffix("Z"), let point = watermark.lastIndex(of: ".") else {
            return watermark
        }
        return watermark[..<point] + "Z"
    }
}
