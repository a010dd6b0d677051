/// A sequence of byte strings in one buffer: string `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
///
/// Text stays UTF-8 bytes here; no `String` is made per value. Offsets are 32-bit, so one vector
/// holds at most 4 GiB - 1; batches are bounded far below that.
public struct ByteVector: Hashable, Sendable {
    /// `count + 1` ascending positions in `bytes`, the first 0.
    public private(set) var offsets: [UInt32]
    /// All strings, one after the other.
    public private(set) var bytes: [UInt8]

    /// An empty vector.
    public init() {
        offsets = [0]
        bytes = []
    }

    /// A vector over buffers already in the form described above.
    public init(offsets: [UInt32], bytes: [UInt8]) {
        precondition(offsets.first == 0 && Int(offsets.last ?? 1) == bytes.count)
        self.offsets = offsets
        self.bytes = bytes
    }

    /// A vector of the UTF-8 of each string.
    public init(_ strings: some Sequence<String>) {
        self.init()
        for string in strings { append(string.utf8) }
    }

    /// The number of strings.
    public var count: Int { offsets.count - 1 }

    /// String `index` as a slice of `bytes`. O(1), no copy.
    public subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[Int(offsets[index])..<Int(offsets[index + 1])]
    }

    /// The byte range of string `index`.
    public func range(_ index: Int) -> Range<Int> {
        Int(offsets[index])..<Int(offsets[index + 1])
    }

    /// String `index` decoded as UTF-8, invalid sequences repaired: for messages and printing only.
    public func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

    /// Appends one string. Amortised O(its length).
    public mutating func append(_ string: some Sequence<UInt8>) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    // The same for what most strings are in: a generic function of another module is not
    // specialised, and costs a look at the type's metadata a string.

    /// Appends one string. Amortised O(its length).
    public mutating func append(_ string: ArraySlice<UInt8>) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    /// Appends one string. Amortised O(its length).
    public mutating func append(_ string: [UInt8]) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    /// Appends one string. Amortised O(its length).
    public mutating func append(_ string: String.UTF8View) {
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
    }

    /// Makes room for `count` more strings of `byteCount` bytes in all.
    public mutating func reserveCapacity(_ count: Int, byteCount: Int) {
        offsets.reserveCapacity(offsets.count + count)
        bytes.reserveCapacity(bytes.count + byteCount)
    }
}

/// The distinct values behind dictionary codes.
///
/// Two dictionaries of one `lineage` are prefixes of one growing list, so a consumer that has
/// mapped the codes of the shorter needs to look only at what the longer adds.
public struct DictionaryValues: Hashable, Sendable {
    /// Which list this dictionary is a prefix of.
    public let lineage: Lineage
    /// Value of code `i` at index `i`; all distinct.
    public let values: ByteVector

    /// A dictionary of distinct `values`; builders of other dictionaries must not have this
    /// lineage.
    public init(lineage: Lineage, values: ByteVector) {
        self.lineage = lineage
        self.values = values
    }
}
