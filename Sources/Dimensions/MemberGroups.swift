extension Array {
    /// The elements by member, in the order they have. O(elements + members).
    func grouped(
        _ memberCount: Int, by member: (Element) -> Int32
    ) -> MemberGroups<Element> {
        var starts = [Int32](repeating: 0, count: memberCount + 1)
        for element in self { starts[Int(member(element)) + 1] += 1 }
        for index in 0..<memberCount { starts[index + 1] += starts[index] }
        var next = starts
        var order = [Int32](repeating: 0, count: count)
        for (index, element) in enumerated() {
            let group = Int(member(element))
            order[Int(next[group])] = Int32(index)
            next[group] += 1
        }
        return MemberGroups(starts: starts, elements: order.map { self[Int($0)] })
    }
}

/// Elements by the number of their member.
struct MemberGroups<Element> {
    let starts: [Int32]
    let elements: [Element]

    subscript(member: Int32) -> ArraySlice<Element> {
        elements[Int(starts[Int(member)])..<Int(starts[Int(member) + 1])]
    }
}

extension MemberGroups: Sendable where Element: Sendable {}
