import Foundation
import Synchronization

/// Sending and receiving as clients do.
extension WireClient {
    /// Sends words and answers the ack.
    @discardableResult
    func mail(
        to target: String, _ words: String, _ priority: String = "next", id: String? = nil,
        nonce: String? = nil, more: String = ""
    ) async throws -> Json {
        let id = id ?? "m\(UInt32.random(in: 0 ... .max))"
        let nonce = nonce ?? "n\(UInt32.random(in: 0 ... .max))"
        send(
            #"{"type":"send","targetSpec":"\#(target)","priority":"\#(priority)","id":"\#(id)","#
                + #""nonce":"\#(nonce)","ciphertext":"\#(Self.base64(words))"\#(more)}"#)
        while true {
            let frame = try await frame()
            if frame.type == "ack", frame["id"]?.string == id { return frame }
            early.withLock { $0.append(frame) }
        }
    }

    static func base64(_ words: String) -> String { Data(words.utf8).base64EncodedString() }

    /// Everything that was on its way to this client when it was called: whatever the broker asked
    /// its store before has been answered and has had its effect.
    func settled() async throws -> [Json] {
        var frames = early.withLock { early in
            defer { early = [] }
            return early
        }
        for _ in 0..<3 { frames += try await answer("get_state", #","key":"none""#).before }
        return frames
    }

    /// Of those, the messages.
    func messages() async throws -> [Json] { try await settled().filter(\.isMessage) }

    /// The words of those.
    func words() async throws -> [String] { try await messages().compactMap(\.words) }

    /// The next message, whatever else comes before it.
    func message() async throws -> Json {
        let waiting = early.withLock { early in
            early.firstIndex(where: \.isMessage).map { early.remove(at: $0) }
        }
        if let waiting { return waiting }
        while true {
            let frame = try await frame()
            if frame.isMessage { return frame }
        }
    }

    /// `skein/1`: keeps a message.
    func keep(_ message: Json, more: String = "") {
        let id = message["messageId"]?.string ?? ""
        send(#"{"type":"client_ack","brokerMessageId":"\#(id)"\#(more)}"#)
    }

    /// Asks for what `message_status` tells.
    func status(of id: String) async throws -> Json {
        let (before, answer) = try await answer("message_status", #","messageId":"\#(id)""#)
        early.withLock { $0 += before }
        return answer
    }

    /// Ends the connection without a close frame, and waits until the broker knows.
    func drop() async throws {
        hangUp()
        while try await receive() != .end {}
    }

    /// Says goodbye.
    func leave() async throws {
        close()
        _ = try await closing()
    }
}

/// Whether none of them has been pushed a message.
func nothingReached(_ clients: WireClient...) async throws -> Bool {
    for client in clients where try await !client.messages().isEmpty { return false }
    return true
}

extension Json {
    /// A push of somebody's words, none of the broker's own.
    var isMessage: Bool { type == "push" && self["subtype"] == nil }

    /// What `WireClient.mail` sent.
    var words: String? {
        self["ciphertext"]?.string.flatMap { Data(base64Encoded: $0) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Of an ack: that it was taken.
    var isQueued: Bool { self["queued"] == .bool(true) && self["error"] == nil }
    /// Of an ack or an error: the word before the colon.
    var code: String? {
        if type == "error" { return self["code"]?.string }
        return self["error"]?.string?.components(separatedBy: ":").first
    }
}
