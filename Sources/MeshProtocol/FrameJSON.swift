import Foundation

/// Frames as the bytes of their JSON.
enum FrameJSON {
    static func bytes(_ frame: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // A frame holds strings, whole numbers and truths only: none of them can fail.
        return (try? encoder.encode(frame)).map { Array($0) } ?? []
    }

    /// At most the bytes of `text` in JSON, with its quotes.
    static func bound(_ text: String?) -> Int {
        guard let text else { return 4 }
        return text.utf8.reduce(2) { sum, byte in
            switch byte {
            case ..<0x20: sum + 6
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): sum + 2
            default: sum + 1
            }
        }
    }
}
