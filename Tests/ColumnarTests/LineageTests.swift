import Columnar
import Testing

/// Which dictionaries may be taken for prefixes of one list.
@Suite("Lineage")
struct LineageTests {
    @Test("a lineage is shared with itself alone, and none with nothing")
    func shared() {
        let (one, other) = (Lineage.next(), Lineage.next())
        #expect(one.isShared(with: one) && !one.isShared(with: other))
        #expect(!Lineage.none.isShared(with: .none))
        #expect(!one.isShared(with: .none) && !Lineage.none.isShared(with: one))
        #expect(one.derived.isShared(with: one.derived))
        #expect(!one.derived.isShared(with: one) && !one.derived.isShared(with: other.derived))
        #expect(Lineage.none.derived == .none)
    }

    @Test("constants of two texts are joined to both texts")
    func constants() {
        let joined = Column.joined([.constant("a", count: 2), .constant("b", count: 1)])
        #expect((0..<3).map { joined.text($0) } == ["a", "a", "b"])
    }

    @Test("codes of one list stay codes when they are joined")
    func oneList() {
        let lineage = Lineage.next()
        func part(_ values: [String], _ codes: [UInt32]) -> Column {
            let values = DictionaryValues(lineage: lineage, values: ByteVector(values))
            return Column(.string, storage: .dictionary(codes: codes, values: values))
        }
        let joined = Column.joined([part(["x"], [0]), part(["x", "y"], [1, 0])])
        guard case .dictionary(let codes, let values) = joined.storage else {
            Issue.record("bytes instead of codes")
            return
        }
        #expect(codes == [0, 1, 0] && values.values.count == 2)
    }
}
