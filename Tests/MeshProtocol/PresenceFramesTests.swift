import Foundation
import Mesh
import MeshProtocol
import Testing

@Suite("Presence on the wire")
struct PresenceFramesTests {
    static func peer(_ number: Int = 1) -> PresencePeer {
        var peer = PresencePeer(
            presenceID: "p\(number)", publicKey: "k\(number)", memberKey: "m",
            connectedAt: Moment(milliseconds: 1000), displayName: "dev", sessionID: "s",
            cwd: "/tmp")
        peer.summary = "a"
        peer.role = "lead"
        peer.groups = [GroupMembership(name: "g", role: "r")]
        return peer
    }

    static func object(_ frame: ServerFrame) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(frame.json))
        return try #require(json as? [String: Any])
    }

    @Test("a peer in a list has the fields of old, a role as its title, and null for no summary")
    func fields() throws {
        var peer = Self.peer()
        peer.summary = nil
        let frame = try Self.object(ServerFrame(.peersList([peer]), requestID: "r"))
        #expect(frame["type"] as? String == "peers_list")
        #expect(frame["_reqId"] as? String == "r")
        let listed = try #require((frame["peers"] as? [[String: Any]])?.first)
        #expect(
            Set(listed.keys) == [
                "presenceId", "pubkey", "memberPubkey", "displayName", "status", "statusSource",
                "statusSince", "summary", "groups", "role", "profile", "sessionId",
                "connectedAt", "cwd", "visible",
            ])
        #expect(listed["summary"] is NSNull)
        #expect(listed["connectedAt"] as? String == "1970-01-01T00:00:01.000Z")
        #expect((listed["profile"] as? [String: String]) == ["title": "lead"])
    }

    @Test("every frame is read as it was written")
    func roundTrips() throws {
        var changed = Self.peer()
        changed.status = .working
        changed.role = nil
        changed.summary = "b/\u{1}\"é"
        let patch = try #require(PresencePatch(from: Self.peer(), to: changed))
        let push = PushFrame.system(
            .peerLeft, ["name": "n", "pubkey": "k"], mesh: MeshID(rawValue: "m"),
            id: "u", at: Moment(milliseconds: 5))
        let bodies: [ServerFrame.Body] = [
            .helloAck(HelloAckFrame(presenceID: "p", displayName: "n", capabilities: ["skein/1"])),
            .error(ErrorFrame(code: "c", message: "m")), .ack(AckFrame(id: "r")),
            .peersList([Self.peer(), changed]), .push(push),
            .snapshot(try #require(PresenceSnapshot.pages(revision: 1, peers: [changed]).first)),
            .delta(PresenceDelta(revision: 2, joined: [changed], changed: [patch], left: ["x"])),
        ]
        for body in bodies {
            let frame = ServerFrame(body, requestID: "7")
            #expect(ServerFrame.parse(frame.json) == frame)
        }
    }

    @Test("a hello is answered with every field old clients read")
    func helloAck() throws {
        let frame = try Self.object(
            ServerFrame(.helloAck(HelloAckFrame(presenceID: "p", displayName: "n"))))
        #expect(
            Set(frame.keys) == [
                "type", "presenceId", "memberDisplayName", "memberProfile", "meshPolicy",
                "services",
            ])
        let profile = try #require(frame["memberProfile"] as? [String: Any])
        #expect(profile["roleTag"] is NSNull)
        #expect(profile["messageMode"] as? String == "push")
    }

    @Test("a patch holds what changed and nothing else, null for what is gone")
    func patches() throws {
        var changed = Self.peer()
        changed.status = .working
        changed.role = nil
        let patch = try #require(PresencePatch(from: Self.peer(), to: changed))
        let delta = PresenceDelta(revision: 2, changed: [patch])
        let frame = try Self.object(ServerFrame(.delta(delta)))
        let sent = try #require((frame["changed"] as? [[String: Any]])?.first)
        #expect(Set(sent.keys) == ["presenceId", "status", "role"])
        #expect(sent["role"] is NSNull)
        guard case .delta(let read) = ServerFrame.parse(ServerFrame(.delta(delta)).json)?.body
        else {
            Issue.record("the delta was not read")
            return
        }
        var known = Self.peer()
        for patch in read.changed { patch.apply(to: &known) }
        #expect(known == changed)
        #expect(PresencePatch(from: changed, to: changed) == nil)
    }

    @Test("a broker of old that names no presence is understood")
    func oldBroker() throws {
        let text = #"""
            {"type":"peers_list","peers":[{"pubkey":"k","displayName":"d","status":"working",
            "summary":null,"groups":[],"sessionId":"s","connectedAt":"2026-04-15T02:54:00.123Z",
            "cwd":"/","hostname":"h","visible":true,"peerRole":"session"}]}
            """#
        guard case .peersList(let peers) = ServerFrame.parse(Array(text.utf8))?.body else {
            Issue.record("the list was not read")
            return
        }
        let peer = try #require(peers.first?.peer)
        #expect(peer.id == "k" && peer.memberKey == "k" && peer.status == .working)
        #expect(peer.statusSince == peer.connectedAt && peer.hostname == "h")
    }

    @Test("pages fit, whatever is in them", arguments: [0, 1, 400, 3000])
    func pages(count: Int) {
        let peers = (0..<count).map { number in
            var peer = Self.peer(number)
            // The worst a byte can become in JSON.
            peer.summary = String(repeating: number % 3 == 0 ? "\u{1}" : "\"", count: 300)
            return peer
        }
        let pages = PresenceSnapshot.pages(revision: 9, peers: peers)
        #expect(pages.flatMap(\.peers) == peers)
        #expect(pages.map(\.page) == Array(0..<pages.count))
        #expect(pages.map(\.last) == Array(repeating: false, count: pages.count - 1) + [true])
        #expect(pages.allSatisfy { $0.totals.peers == count && $0.revision == 9 })
        for page in pages {
            let size = ServerFrame(.snapshot(page), requestID: "1234567890").json.count
            #expect(size <= FrameLimits.presencePage)
        }
        if count == 3000 { #expect(pages.count > 2) }
    }

    @Test("totals count by status")
    func totals() {
        var working = Self.peer(2)
        working.status = .working
        let totals = PresenceTotals([Self.peer(1), working, Self.peer(3)])
        #expect(totals.peers == 3 && totals.idle == 2 && totals.working == 1 && totals.dnd == 0)
    }

    @Test("a text is cut between characters")
    func cutting() {
        #expect(FrameLimits.cut("aé日", to: 100) == "aé日")
        #expect(FrameLimits.cut("aé日", to: 5) == "aé")
        #expect(FrameLimits.cut("aé日", to: 2) == "a")
        #expect(FrameLimits.cut("日", to: 2) == "")
    }
}
