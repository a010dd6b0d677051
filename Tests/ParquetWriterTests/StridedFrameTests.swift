import Testing

@testable import Parquet

/// zstd frames made by stride, decompressed by libzstd.
@Suite struct StridedFrameTests {
    /// Numbers as a page would hold them, by kind.
    enum Shape: CaseIterable {
        case counting
        case amounts
        case exceptions
        case alternating
        case constant
        case jumping
        case random

        func number(_ index: Int, _ random: inout Seeded) -> UInt64 {
            switch self {
            case .counting: UInt64(index)
            case .amounts: UInt64(random.below(9_000_000))
            case .exceptions:
                random.below(50) == 0 ? random.next() : UInt64(random.below(1000))
            case .alternating: UInt64(index % 2) << 40 | UInt64(random.below(200))
            case .constant: 0x1234_5678_9ABC_DEF0
            case .jumping: UInt64(index / 5000) << 50 | UInt64(random.below(60_000))
            case .random: random.next()
            }
        }
    }

    @Test(arguments: Shape.allCases, [4, 8])
    func `frames decompress to the page`(shape: Shape, width: Int) throws {
        var random = Seeded(UInt64(width))
        let decompressor = try Decompressor()
        var frames = 0
        for count in [64, 65, 200, 4095, 16_384, 16_385, 20_000, 70_000] {
            for prefix in [0, 3, 700] {
                var page = (0..<prefix).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                for index in 0..<count {
                    let number = shape.number(index, &random)
                    for byte in 0..<width {
                        page.append(UInt8(truncatingIfNeeded: number >> UInt64(byte * 8)))
                    }
                }
                guard let plan = StridedPlan(page, from: prefix, width: width),
                    let frame = plan.frame(page)
                else { continue }
                frames += 1
                #expect(frame.count < page.count)
                #expect(frame.count <= plan.estimatedByteCount + plan.estimatedByteCount / 20 + 64)
                let back = try decompressor.decompress(
                    .zstd, frame, 0..<frame.count, count: page.count)
                #expect(back == page, "\(count) numbers after \(prefix) bytes")
            }
        }
        // Where numbers next to each other share too little, there is nothing to gain.
        let isFramed = shape != .random && (shape != .alternating || width == 4)
        #expect((frames > 0) == isFramed || width == 4)
    }

    @Test func `exceptions across the end of a block leave a block without sequences`() throws {
        // The 16,384th number ends the first full block; those around it differ from each other.
        var numbers = (0..<40_000).map { UInt64($0 % 200) }
        for index in 16_300..<16_500 { numbers[index] = UInt64(index) << 40 }
        var page: [UInt8] = []
        for number in numbers {
            for byte in 0..<8 { page.append(UInt8(truncatingIfNeeded: number >> UInt64(byte * 8))) }
        }
        let frame = try #require(StridedPlan(page, from: 0, width: 8)?.frame(page))
        let back = try Decompressor().decompress(.zstd, frame, 0..<frame.count, count: page.count)
        #expect(back == page)
    }
}
