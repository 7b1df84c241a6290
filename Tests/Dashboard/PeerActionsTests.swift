import Keys
import Mesh
import MeshProtocol
import Surface
import Testing
import Text

@testable import Dashboard

@Suite("What is done with a peer")
struct PeerActionsTests {
    private static let dev = PeerKey("key-dev-1", in: Sample.mesh.mesh)
    private static let standard: [PeerGrants.Capability] = [.read, .dm, .broadcast]

    private static func safety(_ isVerified: Bool = false, former: String? = nil) -> SafetyReport {
        SafetyReport(
            name: "dev-1", memberKey: "member", number: "12345 67890 12345 67890 12345 67890",
            isVerified: isVerified, formerKey: former)
    }

    private static func chosen(_ size: Size = Size(columns: 120, rows: 40)) -> DashboardState {
        var state = Sample.dashboard(Sample.four, size: size)
        state.jump(to: dev)
        return state
    }

    @Test("every action of the list does something, or says why not")
    func actions() {
        var seen: Set<String> = []
        for line in 0..<8 {
            var state = Self.chosen()
            state.press(.text("a"))
            for _ in 0..<line { state.press(.down) }
            let before = state.view(size: state.size, glyphs: .unicode)
            let effects = state.press(.enter)
            #expect(!effects.isEmpty || state.view(size: state.size, glyphs: .unicode) != before)
            seen.insert("\(effects)\(String(describing: state.overlay))\(state.focus)\(state.feed)")
        }
        #expect(seen.count == 8, "\(seen)")
    }

    @Test("block and kick are asked for once more, and go to whom was chosen then")
    func confirm() {
        for (line, deed) in [(6, PeerDeed.block), (7, PeerDeed.kick)] {
            var state = Self.chosen()
            state.press(.text("a"))
            for _ in 0..<line { state.press(.down) }
            #expect(state.press(.enter) == [])
            #expect(state.overlay is ConfirmOverlay)
            // The world goes on meanwhile.
            state.hear(.changed(PeerChanges(left: ["key-dev-1"])), after: 1)
            #expect(
                state.press(.enter) == [.ask(.perform(deed, Self.dev, memberKey: "member"))])
            #expect(state.overlays.isEmpty)

            var left = Self.chosen()
            left.press(.text("a"))
            for _ in 0..<line { left.press(.down) }
            left.press(.enter)
            #expect(left.press(.escape) == [])
            #expect(left.overlays.isEmpty)
        }
    }

    @Test("what is one's own is not blocked, what left is not kicked, and a member kicks nobody")
    func obstacles() {
        var state = Self.chosen()
        #expect(state.noStranger == nil && state.noKick == nil)
        state.meshes[0].permission = .member
        #expect(state.noKick == "Only an admin of the mesh can")
        state.meshes[0].permission = .admin
        state.hear(.changed(PeerChanges(left: ["key-dev-1"])))
        #expect(state.noKick == "It has left already")
        var own = Sample.peer("mine")
        own.memberKey = state.meshes[0].memberKey.hex
        state.hear(.changed(PeerChanges(joined: [own])))
        state.jump(to: PeerKey("key-mine", in: Sample.mesh.mesh))
        #expect(state.noStranger == "That is a launch of your own")
        #expect(state.press(.text("v")) == [])
    }

    @Test("the safety number is shown, compared, and the word taken back")
    func safetyNumber() {
        var state = Self.chosen()
        #expect(state.press(.text("v")) == [.ask(.trust(Self.dev, memberKey: "member"))])
        #expect(state.press(.enter) == [], "there is nothing to compare yet")
        let trust = PeerTrust(
            safety: Self.safety(former: "k"), capabilities: Self.standard, isStandard: true)
        _ = state.reduce(.answered(.trust(Self.dev, trust)))
        #expect(state.text().contains("12345 67890"))
        #expect(state.text().contains("Another key went by this name"))
        #expect(
            state.press(.enter)
                == [.ask(.perform(.verify(true), Self.dev, memberKey: "member"))])
        let done = PeerTrust(
            safety: Self.safety(true), capabilities: Self.standard, isStandard: true)
        _ = state.reduce(.answered(.performed(.verify(true), Self.dev, done)))
        #expect(state.text().contains("You have compared the number of dev-1"))
        state.press(.text("v"))
        #expect(
            state.press(.enter)
                == [.ask(.perform(.verify(false), Self.dev, memberKey: "member"))])
    }

    @Test("details ask for the trust of whom they are about, once, and tell it")
    func details() {
        var state = Self.chosen()
        let question = DashboardEffect.ask(.trust(Self.dev, memberKey: "member"))
        #expect(state.press(.enter) == [question])
        #expect(state.press(.down) == [] && state.press(.up) == [])
        let trust = PeerTrust(safety: Self.safety(), capabilities: [], isStandard: false)
        _ = state.reduce(.answered(.trust(Self.dev, trust)))
        for _ in 0..<40 { state.press(.down) }
        #expect(state.text().contains("not compared"))
        #expect(state.text().contains("nothing: it is blocked"))
        state.press(.text("a"))
        #expect(state.text().contains("unblock"))
    }

    @Test("an agent of one's own that begins to wait is told, another's and one that waits already are not")
    func notices() {
        var state = Self.chosen()
        var peer = Sample.peer("mine", .working)
        peer.memberKey = state.meshes[0].memberKey.hex
        func tell(_ peer: Peer, _ state: inout DashboardState) -> [DashboardEffect] {
            state.reduce(
                .relay(Sample.mesh.mesh, .changed(PeerChanges(updated: [peer])), at: Sample.noon))
        }
        #expect(tell(peer, &state) == [])
        peer.isWaiting = true
        #expect(tell(peer, &state) == [.notify("mine waits for you")])
        #expect(tell(peer, &state) == [])
        #expect(state.text().contains("1 waiting"))
        peer.isWaiting = false
        #expect(tell(peer, &state) == [])
        #expect(!state.text().contains("1 waiting"))
        var other = Sample.four[0]
        other.isWaiting = true
        #expect(tell(other, &state) == [])
    }

    @Test("what is shown is saved in the form that was chosen")
    func save() {
        for (line, format) in FrameFormat.allCases.enumerated() {
            var state = Self.chosen()
            state.press(.text("S"))
            for _ in 0..<line { state.press(.down) }
            #expect(state.press(.enter) == [.save(format)])
            _ = state.reduce(.saved(.success("skein-1.\(format.suffix)")))
            #expect(state.text().contains("Saved as skein-1"))
        }
    }
}
