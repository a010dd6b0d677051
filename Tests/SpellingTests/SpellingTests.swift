import Spelling
import Testing

@Suite("Spelling")
struct SpellingTests {
    @Test(
        "a near name is proposed",
        arguments: [
            ("watermrk", "watermark"), ("Key", "key"), ("log_format", "log-format"),
            ("extarct", "extract"), ("scema", "schema"),
        ])
    func near(name: String, meant: String) {
        let candidates = ["mode", "watermark", "key", "log-format", "extract", "schema"]
        #expect(Spelling.nearest(to: name, in: candidates) == meant)
    }

    @Test(
        "a far name is not",
        arguments: ["", "colour", "x", "*", String(repeating: "k", count: 100)])
    func far(name: String) {
        #expect(Spelling.nearest(to: name, in: ["watermark", "mode", "key", "é"]) == nil)
    }

    @Test("no further away than is asked for")
    func limit() {
        #expect(Spelling.nearest(to: "watermrk", in: ["watermark"], atMost: 1) == "watermark")
        #expect(Spelling.nearest(to: "watrmrk", in: ["watermark"], atMost: 1) == nil)
    }

    @Test("of equally near names the first is proposed")
    func tie() { #expect(Spelling.nearest(to: "runs", in: ["run", "rung"]) == "run") }
}
