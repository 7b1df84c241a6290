import MeshProtocol
import Testing

@Suite("Any JSON value")
struct JSONValueTests {
    @Test(
        "the same value has the same bytes",
        arguments: [
            (#"null"#, "null"), (#"true"#, "true"), (#"1"#, "1"), (#"-0.5"#, "-0.5"),
            (#"9223372036854775807"#, "9223372036854775807"), (#"1.0"#, "1"),
            (#" { "b" : 1 , "a" : [ 1 , { "d":null,"c":"x/y" } ] } "#,
                #"{"a":[1,{"c":"x/y","d":null}],"b":1}"#),
            (#""\u00e9\n""#, "\"é\\n\""), (#"{}"#, "{}"), (#"[]"#, "[]"),
        ])
    func canonical(text: String, canonical: String) throws {
        let value = try #require(JSONValue.parse(Array(text.utf8)))
        #expect(value.canonical == canonical)
        #expect(JSONValue.parse(Array(canonical.utf8)) == value)
    }

    @Test("an array's order counts, an object's does not")
    func order() {
        func read(_ text: String) -> JSONValue? { JSONValue.parse(Array(text.utf8)) }
        #expect(read(#"{"a":1,"b":2}"#)?.canonical == read(#"{"b":2,"a":1}"#)?.canonical)
        #expect(read("[1,2]")?.canonical != read("[2,1]")?.canonical)
    }

    @Test("a truth is no number, and a number no truth")
    func kinds() {
        #expect(JSONValue.parse(Array("[true,1,0,false]".utf8)) == [true, 1, 0, false])
        #expect(JSONValue.parse(Array("1".utf8)) != true)
    }

    @Test("what is no JSON is nil", arguments: ["", "{", "nul", "[1,]", "\"a", "1e999", "{}{}"])
    func refused(text: String) {
        #expect(JSONValue.parse(Array(text.utf8)) == nil)
    }

    @Test("fields and texts")
    func reading() {
        let value: JSONValue = ["a": "x", "b": [1]]
        #expect(value["a"]?.string == "x")
        #expect(value["c"] == nil && value["b"]?.string == nil && JSONValue.null["a"] == nil)
    }
}
