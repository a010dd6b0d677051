import Columnar
import Testing

@Suite("Fields of comma-separated text")
struct CSVTextTests {
    @Test(
        "quotes stand where they are needed",
        arguments: [
            ("plain", "plain", "plain"), ("", "\"\"", "\"\""), ("a,b", "\"a,b\"", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\"", "\"say \"\"x\"\"\""),
            ("a\nb", "\"a\nb\"", "\"a\nb\""), ("a\rb", "\"a\rb\"", "\"a\rb\""),
            (" a", " a", "\" a\""), ("a ", "a ", "\"a \""), ("a b", "a b", "a b"),
            ("漢字", "漢字", "漢字"),
        ])
    func fields(field: String, expected: String, withBlanks: String) {
        var text: [UInt8] = []
        CSVText.append(field.utf8, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == expected)
        text = []
        CSVText.append(field.utf8, quotesBlanks: true, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == withBlanks)
    }
}
