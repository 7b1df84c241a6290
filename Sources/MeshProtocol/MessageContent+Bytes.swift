import Foundation
import Mesh

/// A body's text: an object of JSON whose first field no text of a client of old begins with by
/// accident, `{"skein":1,`. What does not begin so is a client of old's text as it is.
extension MessageContent {
    public enum Fault: Error, Equatable, Sendable {
        /// More than a message's text may be.
        case tooLong
        /// Neither UTF-8 nor of the form it begins with.
        case malformed
    }

    /// Answers in a chain that are more than any brake lets by.
    static let mostHops = 1000

    private static let marker = Array(#"{"skein":1,"#.utf8)

    public var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // It holds strings and whole numbers only: none of them can fail.
        let object = (try? encoder.encode(self)).map { Array($0) } ?? []
        return Self.marker + object.dropFirst()
    }

    /// Reads what a peer wrote.
    public static func parse(_ bytes: [UInt8]) throws(Fault) -> MessageContent {
        guard bytes.count <= FrameLimits.skeinFrame else { throw .tooLong }
        guard bytes.starts(with: marker) else { return try plain(bytes) }
        guard FrameScan.isSound(bytes),
            let content = try? JSONDecoder().decode(MessageContent.self, from: Data(bytes)),
            content.isBounded
        else { throw .malformed }
        guard content.text.utf8.count <= SendMessage.longestText else { throw .tooLong }
        return content
    }

    private static func plain(_ bytes: [UInt8]) throws(Fault) -> MessageContent {
        guard bytes.count <= SendMessage.longestText else { throw .tooLong }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        return MessageContent(text: text, author: .unknown)
    }

    private var isBounded: Bool {
        (0...Self.mostHops).contains(hops)
            && (answers?.rawValue.utf8.count ?? 0) <= FrameLimits.id
            && (session?.utf8.count ?? 0) <= FrameLimits.id
            && (attestation.map { attestation in
                attestation.memberSignature.utf8.count == 128
                    && attestation.sessionSignature.utf8.count == 128
            } ?? true)
    }
}
