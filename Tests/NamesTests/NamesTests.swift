import Names
import Testing

@Suite struct ByteNameTests {
    @Test func spellingsOfOneTextAreTwoNames() {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed == decomposed)
        #expect(!composed.isSame(as: decomposed))
        #expect(ByteName(composed) != ByteName(decomposed))
        #expect(Set([composed, decomposed].map { ByteName($0) }).count == 2)
        #expect(![composed].holds(decomposed) && [composed].holds("caf\u{E9}"))
        #expect([composed, decomposed].sortedByBytes().map(\.utf8.count) == [6, 5])
    }

    @Test func onlyASCIILettersLoseTheirCase() {
        #expect(ByteName(ignoringCaseOf: "A_É") == ByteName("a_É"))
        #expect(ByteName(ignoringCaseOf: "É") != ByteName(ignoringCaseOf: "é"))
    }

    @Test func aFreeNameIsCounted() {
        let taken = Set(["a", "a_2"])
        #expect(freeName("a") { taken.contains($0) } == "a_3")
        #expect(freeName("b") { taken.contains($0) } == "b")
    }
}

@Suite struct ColumnNameTests {
    @Test(arguments: [
        ("caf\u{E9}", "CAFE\u{301}"), ("id", "ID"), ("\u{131}d", "Id"), ("\u{130}d", "id"),
        ("\u{212A}m", "km"), ("\u{1E9E}", "ß"),
    ])
    func namesThatReadersTakeForOneFoldAlike(_ left: String, _ right: String) {
        #expect(ColumnName.folded(left) == ColumnName.folded(right))
    }

    @Test(arguments: [("straße", "strasse"), ("e", "é"), ("a", "b")])
    func otherNamesDoNot(_ left: String, _ right: String) {
        #expect(ColumnName.folded(left) != ColumnName.folded(right))
    }

    @Test func whatDeltaForbidsIsReplacedEvenUnderAnAccent() {
        #expect(ColumnName.allowed("a b\r\n,c").utf8.elementsEqual("a_b\r__c".utf8))
        #expect(ColumnName.allowed("a \u{301}=").utf8.elementsEqual("a_\u{301}_".utf8))
    }
}
