import Names

/// The members of a JSON object in the order they were written, each key once.
///
/// Two objects are equal when they have equal members, in whatever order. Keys are told apart by
/// their bytes, so spellings of one text in two Unicode normal forms are two keys. Lookup is linear
/// up to a handful of members and hashed from there on.
public struct JSONObject: Sendable {
    /// One key and its value.
    public struct Member: Hashable, Sendable {
        /// The name, unescaped.
        public let key: String
        /// What stands under the name.
        public var value: JSONValue
    }

    /// The members in order.
    public private(set) var members: [Member] = []
    /// Position of each key; nil while the object is small enough to be searched.
    private var positions: [ByteName: Int]?

    private static let searchedCount = 8

    /// An object without members.
    public init() {}

    /// The members of `pairs`; of equal keys the last wins, at the place of the first.
    public init(_ pairs: some Sequence<(String, JSONValue)>) {
        for (key, value) in pairs { self[key] = value }
    }

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of `key`. Setting a new key appends it; setting nil removes the member, O(count).
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (nil, let value?): append(key, value)
            case (let position?, nil):
                members.remove(at: position)
                positions = nil
                indexIfLarge()
            case (nil, nil): break
            }
        }
    }

    private func position(of key: String) -> Int? {
        let wanted = ByteName(key)
        if let positions { return positions[wanted] }
        return members.firstIndex { ByteName($0.key) == wanted }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
        if positions != nil {
            positions?[ByteName(key)] = members.count - 1
        } else {
            indexIfLarge()
        }
    }

    private mutating func indexIfLarge() {
        guard members.count > JSONObject.searchedCount else { return }
        var index: [ByteName: Int] = [:]
        index.reserveCapacity(members.count * 2)
        for (position, member) in members.enumerated() {
            index[ByteName(member.key)] = position
        }
        positions = index
    }
}

extension JSONObject: Hashable {
    /// Whether members and their order are the same, keys by their bytes.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    /// Hashes members in their order.
    public func hash(into hasher: inout Hasher) {
        var combined = 0
        for member in members { combined ^= member.hashValue }
        hasher.combine(combined)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object with the members in their order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
