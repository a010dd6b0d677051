import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("objects keep order and find their members at every size", arguments: [0, 1, 8, 9, 500])
    func lookup(count: Int) {
        var object = JSONObject()
        for index in 0..<count { object["key\(index)"] = JSONValue(index) }
        #expect(object.count == count)
        #expect(object.keys == (0..<count).map { "key\($0)" })
        for index in 0..<count { #expect(object["key\(index)"]?.int == index) }
        #expect(object["key"] == nil)
    }

    @Test("removing a member leaves the others findable", arguments: [3, 9, 10, 40])
    func removal(count: Int) {
        var object = JSONObject((0..<count).map { ("k\($0)", JSONValue($0)) })
        object["k1"] = nil
        #expect(object["k1"] == nil)
        #expect(object["k\(count - 1)"]?.int == count - 1)
        object["k1"] = "back"
        #expect(object.keys.last == "k1")
    }

    @Test("objects with equal members in another order are equal and hash alike")
    func equality() {
        let left: JSONObject = ["a": 1, "b": [2]]
        let right: JSONObject = ["b": [2], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": 1, "b": [3]])
        #expect(left != ["a": 1])
    }

    @Test("keys in two Unicode normal forms are two keys", arguments: [0, 20])
    func normalForms(otherKeys: Int) {
        var object = JSONObject((0..<otherKeys).map { ("k\($0)", .null) })
        object["\u{e9}"] = 1
        object["e\u{301}"] = 2
        #expect(object.count == otherKeys + 2)
        #expect(object["\u{e9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test("accessors give a value only for their own kind")
    func accessors() {
        let value: JSONValue = ["n": 5, "s": "t", "b": true, "z": .null, "l": [1]]
        #expect(value["n"]?.int64 == 5)
        #expect(value["n"]?.string == nil)
        #expect(value["s"]?.string == "t")
        #expect(value["s"]?.int64 == nil)
        #expect(value["b"]?.bool == true)
        #expect(value["z"]?.isNull == true)
        #expect(value["l"]?.array == [1])
        #expect(value["l"]?["n"] == nil)
        #expect(JSONValue.number("1.5").int64 == nil)
        #expect(JSONValue.number("1.5").double == 1.5)
        #expect(JSONValue.number("9223372036854775808").int64 == nil)
    }

    @Test("what is not finite becomes null")
    func finite() {
        #expect(JSONValue(Double.nan) == .null)
        #expect(JSONValue(-Double.infinity) == .null)
        #expect(JSONValue(0.1) == .number("0.1"))
    }

    @Test("compact text escapes only what must be")
    func compact() {
        let value: JSONValue = ["a\"\\\u{1}\u{1f}\n\t\u{7f}é/": [1, true, .null, [:], []]]
        #expect(
            value.description
                == "{\"a\\\"\\\\\\u0001\\u001f\\n\\t\u{7f}é/\":[1,true,null,{},[]]}")
    }

    @Test("pretty text indents by two spaces and keeps empty containers on a line")
    func pretty() {
        let value: JSONValue = ["a": [1, ["b": .null]], "c": [], "d": [:]]
        let expected = """
            {
              "a": [
                1,
                {
                  "b": null
                }
              ],
              "c": [],
              "d": {}
            }
            """
        #expect(String(decoding: value.prettyBytes, as: UTF8.self) == expected)
    }
}
