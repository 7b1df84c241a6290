import Foundation
import Mesh
import MeshProtocol
import Testing

@Suite("What is restored, and what is told of a peer, on the wire")
struct RestoredFramesTests {
    @Test("a hello is answered with what was left behind, in the fields of old")
    func helloAck() throws {
        let ack = HelloAckFrame(
            presenceID: "p", displayName: "n",
            profile: MemberProfile(
                roleTag: "lead", groups: [GroupMembership(name: "g")], messageMode: .inbox),
            selfEditable: MeshPolicy.SelfEditable(groups: false),
            restored: RestoredPresence(
                lastSummary: "s", lastSeenAt: Moment(milliseconds: 0),
                groups: [GroupMembership(name: "a")], stats: PeerStats(toolCalls: 2, uptime: 5)))
        let sent = try PresenceFramesTests.object(ServerFrame(.helloAck(ack)))
        #expect(sent["restored"] as? Bool == true && sent["lastSummary"] as? String == "s")
        #expect(sent["lastSeenAt"] as? String == "1970-01-01T00:00:00.000Z")
        #expect((sent["restoredGroups"] as? [[String: String]]) == [["name": "a"]])
        #expect(
            sent["restoredStats"] as? [String: Int]
                == ["messagesIn": 0, "messagesOut": 0, "toolCalls": 2, "errors": 0])
        let policy = try #require(sent["meshPolicy"] as? [String: [String: Bool]])
        #expect(policy["selfEditable"]?["groups"] == false)
        #expect(policy["selfEditable"]?["messageMode"] == true)
        let profile = try #require(sent["memberProfile"] as? [String: Any])
        #expect(profile["roleTag"] as? String == "lead")
        #expect(profile["messageMode"] as? String == "inbox")
        guard case .helloAck(let read) = ServerFrame.parse(ServerFrame(.helloAck(ack)).json)?.body
        else {
            Issue.record("not read")
            return
        }
        #expect(read.profile == ack.profile && read.selfEditable == ack.selfEditable)
        #expect(read.restored?.groups == ack.restored?.groups)
        #expect(read.restored?.stats.toolCalls == 2)
    }

    @Test("a peer's counts and profile are read as they were written")
    func peers() throws {
        var peer = PresenceFramesTests.peer()
        peer.stats = PeerStats(messagesIn: 1, uptime: 60)
        peer.profile = PeerProfile(avatar: "a", title: "own", bio: "b", capabilities: ["c"])
        let frame = ServerFrame(.peersList([peer]))
        #expect(ServerFrame.parse(frame.json) == frame)
        let sent = try #require(
            (try PresenceFramesTests.object(frame)["peers"] as? [[String: Any]])?.first)
        // A title of its own goes before the role.
        #expect((sent["profile"] as? [String: Any])?["title"] as? String == "own")
        #expect((sent["stats"] as? [String: Int]) == ["messagesIn": 1, "uptime": 60])
        peer.role = nil
        peer.profile = PeerProfile()
        peer.stats = nil
        let bare = try #require(
            (try PresenceFramesTests.object(ServerFrame(.peersList([peer])))["peers"]
                as? [[String: Any]])?.first)
        #expect(bare["profile"] == nil && bare["stats"] == nil)
    }

    @Test("a peer's size is never guessed too small")
    func bounds() {
        var peer = PresenceFramesTests.peer()
        peer.stats = PeerStats(
            messagesIn: .max, messagesOut: .max, toolCalls: .max, uptime: .max, errors: .max)
        peer.profile = PeerProfile(
            avatar: String(repeating: "\u{1}", count: 1024), title: "\"", bio: "\\",
            capabilities: Array(repeating: String(repeating: "\u{2}", count: 128), count: 32))
        let size = ServerFrame(.peersList([peer])).json.count
        #expect(size <= peer.encodedBound + 64)
    }
}
