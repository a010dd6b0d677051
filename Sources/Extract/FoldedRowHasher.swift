import Columnar

/// The hash that the digests of versions up to 0.2 were made of: two lanes of multiply and fold,
/// combined over a row's columns as `RowHasher` does it. Kept to understand the digests that lakes
/// hold; never change what it gives.
struct FoldedRowHasher: Sendable {

    /// One hash a row over all `columns` named by `names`.
    func hashes(_ columns: [Column], names: [String], count: Int) -> [RowHash] {
        var sums = [RowHash](repeating: RowHash(high: 0, low: 0), count: count)
        for (column, name) in zip(columns, names) { add(column, salt: salt(name), to: &sums) }
        for index in sums.indices { sums[index] = finish(sums[index]) }
        return sums
    }

    private func salt(_ name: String) -> UInt64 { hash(Array(name.utf8)[...], 0).low | 1 }

    private func add(_ column: Column, salt: UInt64, to sums: inout [RowHash]) {
        switch column.storage {
        case .bool(let values): addEach(column, to: &sums) { mix(UInt64(values[$0]), salt) }
        case .int32(let values):
            addEach(column, to: &sums) { mix(UInt64(bitPattern: Int64(values[$0])), salt) }
        case .int64(let values):
            addEach(column, to: &sums) { mix(UInt64(bitPattern: values[$0]), salt) }
        case .int128(let values):
            addEach(column, to: &sums) { index in
                let low = mix(UInt64(truncatingIfNeeded: values[index]), salt)
                return low &+ mix(UInt64(truncatingIfNeeded: values[index] >> 64), ~salt)
            }
        case .float(let values):
            addEach(column, to: &sums) { mix(UInt64(values[$0].bitPattern), salt) }
        case .double(let values): addEach(column, to: &sums) { mix(values[$0].bitPattern, salt) }
        case .bytes(let values): addEach(column, to: &sums) { hash(values[$0], salt) }
        case .dictionary(let codes, let values):
            let hashed = (0..<values.values.count).map { hash(values.values[$0], salt) }
            addEach(column, to: &sums) { hashed[Int(codes[$0])] }
        case .structure, .list, .map:
            preconditionFailure("rows of a source are flat")
        }
    }

    private func addEach(
        _ column: Column, to sums: inout [RowHash], _ hashed: (Int) -> RowHash
    ) {
        for index in 0..<column.count where !column.isNull(index) {
            sums[index] = sums[index] &+ hashed(index)
        }
    }

    private func mix(_ value: UInt64, _ salt: UInt64) -> RowHash {
        RowHash(
            high: fold(value ^ salt, 0x9E37_79B9_7F4A_7C15) &+ salt,
            low: fold(value &+ 0xD6E8_FEB8_6659_FD93, salt ^ 0xC2B2_AE3D_27D4_EB4F) &+ ~salt)
    }

    private func hash(_ bytes: ArraySlice<UInt8>, _ salt: UInt64) -> RowHash {
        var state = mix(UInt64(bytes.count), salt)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let end = min(index + 8, bytes.endIndex)
            var word: UInt64 = 0
            for position in index..<end {
                word |= UInt64(bytes[position]) << UInt64(8 * (position - index))
            }
            state = RowHash(
                high: fold(state.high ^ word, 0xA076_1D64_78BD_642F) &+ state.low,
                low: fold(state.low &+ word, 0xE703_7ED1_A0B4_28DB) ^ salt)
            index = end
        }
        return state
    }

    private func finish(_ sum: RowHash) -> RowHash {
        mix(sum.low ^ fold(sum.high, 0x8EBC_6AF0_9C88_C6E3), sum.high | 1)
    }

    private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right | 1)
        return product.high ^ product.low
    }
}
