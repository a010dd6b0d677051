/// A text of the configuration and where it begins, for what is checked once all is read.
struct ConfigText: Hashable, Sendable {
    var text: String
    var position: ConfigPosition

    init(_ text: String, at position: ConfigPosition) {
        self.text = text
        self.position = position
    }
}
