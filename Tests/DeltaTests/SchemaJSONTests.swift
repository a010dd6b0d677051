import Columnar
import Delta
import Testing

@Suite struct SchemaJSONTests {
    static let everyType: [Field] = [
        Field("a", .boolean), Field("b", .byte), Field("c", .short), Field("d", .integer),
        Field("e", .long, isNullable: false), Field("f", .float), Field("g", .double),
        Field("h", .decimal(precision: 38, scale: 9)), Field("i", .string), Field("j", .binary),
        Field("k", .date), Field("l", .timestamp), Field("m", .timestampNtz),
        Field("n", .structure([Field("x", .long, metadata: ["k": "v"])])),
        Field("o", .list(element: Field("element", .string, isNullable: false))),
        Field(
            "p",
            .map(key: Field("key", .string, isNullable: false), value: Field("value", .long))),
        Field(
            "q\"ü", .long, metadata: ["sluice.source_type": "int(11) unsigned", "comment": "\n"]),
    ]

    @Test func aSchemaSurvivesItsText() throws {
        let schema = Schema(SchemaJSONTests.everyType)
        #expect(try SchemaJSON.schema(SchemaJSON.text(schema), subject: "t") == schema)
    }

    @Test func aFieldIsSpelledAsSparkSpellsIt() {
        let schema = Schema([Field("h", .decimal(precision: 10, scale: 2), metadata: ["k": "v"])])
        #expect(
            SchemaJSON.text(schema)
                == #"{"type":"struct","fields":[{"name":"h","type":"decimal(10,2)","#
                + #""nullable":true,"metadata":{"k":"v"}}]}"#)
    }

    @Test(arguments: [
        "", "{}", "[]", #""long""#, #"{"type":"struct"}"#, #"{"type":"struct","fields":[1]}"#,
        #"{"type":"struct","fields":[{"name":"a"}]}"#,
        #"{"type":"struct","fields":[{"name":"a","type":"decimal(39,0)"}]}"#,
        #"{"type":"struct","fields":[{"name":"a","type":"variant"}]}"#,
        #"{"type":"struct","fields":[{"name":"a","type":{"type":"array"}}]}"#,
        #"{"type":"struct","fields":[{"type":"long"}]}"#,
    ])
    func aTextThatIsNoSchemaIsAnError(_ text: String) {
        #expect(throws: DeltaError.self) { try SchemaJSON.schema(text, subject: "t") }
    }
}
