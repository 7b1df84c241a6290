import Foundation
import MeshProtocol
import Testing

@Suite("Fields that are null, never missing")
struct NullableTests {
    struct Holder: Codable, Equatable {
        @Nullable var word: String?
    }

    @Test(
        "written as null, and read from null, nothing or a value",
        arguments: [
            (#"{"word":null}"#, nil, true), (#"{"word":"x"}"#, "x", true), (#"{}"#, nil, false),
        ] as [(String, String?, Bool)])
    func both(text: String, word: String?, isWritten: Bool) throws {
        let read = try JSONDecoder().decode(Holder.self, from: Data(text.utf8))
        #expect(read == Holder(word: word))
        let written = String(decoding: try JSONEncoder().encode(read), as: UTF8.self)
        #expect((written == text) == isWritten)
    }

    @Test("a value of another kind is refused")
    func refused() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Holder.self, from: Data(#"{"word":1}"#.utf8))
        }
    }
}
