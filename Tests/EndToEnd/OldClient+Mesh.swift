import Foundation

/// Getting into a mesh, and what members say to each other there.
extension OldClient {
    /// `POST /join` (section 6.1) with a key of its own.
    static func join(
        token: String, seed: [UInt8], named name: String, port: Int
    ) throws -> (member: Member, answer: [String: Any]) {
        let object = try JSONSerialization.jsonObject(with: decoded(token))
        guard let payload = object as? [String: Any],
            let mesh = payload["mesh_id"] as? String
        else { throw Failure(description: "no token: \(token)") }
        let body = try JSONSerialization.data(withJSONObject: [
            "invite_token": token, "invite_payload": payload,
            "peer_pubkey": try OldKeys(seed: seed).hex, "display_name": name,
        ])
        let page = try page(
            "/join", port: port, method: "POST", headers: ["Content-Type: application/json"],
            body: String(decoding: body, as: UTF8.self))
        let parts = page.components(separatedBy: "\r\n\r\n")
        guard let text = parts.last,
            let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else { throw Failure(description: "no answer: \(page)") }
        let id = answer["memberId"] as? String ?? ""
        return (Member(mesh: mesh, id: id, seed: seed), answer)
    }

    /// A v1 token by its owner's key; the root key is some bytes that are used for nothing.
    static func token(
        by owner: Member, slug: String, port: Int, expiresAt: Int64
    ) throws -> String {
        let keys = try OldKeys(seed: owner.seed)
        let url = "ws://127.0.0.1:\(port)/ws"
        let root = String(repeating: "A", count: 43)
        let signature = keys.sign(
            "1|\(owner.mesh)|\(slug)|\(url)|\(expiresAt)|\(root)|member|\(keys.hex)")
        let json =
            #"{"v":1,"mesh_id":"\#(owner.mesh)","mesh_slug":"\#(slug)","broker_url":"\#(url)","#
            + #""expires_at":\#(expiresAt),"mesh_root_key":"\#(root)","role":"member","#
            + #""owner_pubkey":"\#(keys.hex)","signature":"\#(signature)"}"#
        return Data(json.utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func decoded(_ token: String) -> Data {
        let base64 = token.replacingOccurrences(of: "-", with: "+")
            .replacingOccurrences(of: "_", with: "/")
        return Data(
            base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4))
            ?? Data()
    }

    /// Sends (section 2.1) and answers with the ack: sealed to a key, plain to whatever else.
    @discardableResult
    func tell(_ target: String, _ text: String, priority: String = "next") throws
        -> [String: Any]
    {
        let id = (0..<16).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
        var (nonce, body) = (
            Data((0..<24).map { _ in UInt8.random(in: 0...255) }).base64EncodedString(),
            Data(text.utf8).base64EncodedString()
        )
        if target.utf8.count == 64, let keys {
            (nonce, body) = try keys.session.seal(text, to: target)
        }
        try send([
            "type": "send", "targetSpec": target, "priority": priority, "nonce": nonce,
            "ciphertext": body, "id": id,
        ])
        return try receive { $0["type"] as? String == "ack" && $0["id"] as? String == id }
    }

    /// A push, read as such a client reads one (section 2.4): by the session's key, then by the
    /// member's, else as plain text.
    func read(_ push: [String: Any]) throws -> String? {
        guard let keys, let sender = push["senderPubkey"] as? String,
            let nonce = push["nonce"] as? String, let body = push["ciphertext"] as? String
        else { return nil }
        if let text = try keys.session.open(body, nonce: nonce, from: sender) { return text }
        if let text = try keys.member.open(body, nonce: nonce, from: sender) { return text }
        return Data(base64Encoded: body).flatMap { String(data: $0, encoding: .utf8) }
    }

    /// The next message, not what the broker itself tells.
    func message() throws -> (text: String?, push: [String: Any]) {
        let push = try receive {
            $0["type"] as? String == "push" && $0["subtype"] as? String == nil
        }
        return (try read(push), push)
    }

    /// The next event of that name that the broker tells: `eventData`.
    func event(_ name: String) throws -> [String: Any] {
        let push = try receive {
            $0["subtype"] as? String == "system" && $0["event"] as? String == name
        }
        return push["eventData"] as? [String: Any] ?? [:]
    }

    /// A name's key, as clients find it: by the list of peers.
    func key(of name: String, _ field: String = "pubkey") throws -> String {
        let rows = try ask("list_peers")["peers"] as? [[String: Any]] ?? []
        guard let key = rows.first(where: { $0["displayName"] as? String == name })?[field]
            as? String
        else { throw Failure(description: "nobody is called \(name): \(rows)") }
        return key
    }
}
