import Columnar
import Parquet
import Testing

/// One small file, byte for byte: a change of the format is seen before a reader sees it.
@Suite struct GoldenFileTests {
    @Test func `a small file has these bytes`() throws {
        var options = WriterOptions(codec: .none)
        options.createdBy = "sluice"
        let schema = Schema([Field("n", .integer), Field("s", .string, isNullable: false)])
        let batch = RecordBatch(
            schema: schema,
            columns: [
                Column(
                    .integer, storage: .int32([7, 0, -1]), validity: Bitmap([true, false, true])),
                Column(.string, storage: .bytes(ByteVector(["a", "", "é"]))),
            ])
        let bytes = try write(schema, [batch], options).bytes
        #expect(hex(bytes) == GoldenFileTests.golden)
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static let golden = """
        504152311500151c151c15b8abdbd0081c1506150015061506000002000000030507000000ffffffff15
        00151e151e1585c3c2291c1506150015061506000001000000610000000002000000c3a9191102191804
        ffffffff19180407000000150219160200191102191800191802c3a9150219160000191c1608154a1600
        0000191c1652154a160000001504193c4806736368656d611504001502250218016e00150c2500180173
        25004c1c0000001606191c192c26081c1502192500061918016e15001606164a164a26083c3602280407
        0000001804ffffffff111100191c150015001502000016ec011514169c01152e0026521c150c19250006
        1918017315001606164a164a26523c36002802c3a91800111100191c1500150015020000168002151416
        ca01152200169401160626081694011400002806736c75696365192c1c00001c000000bf000000504152
        31
        """.split(separator: "\n").joined()
}
