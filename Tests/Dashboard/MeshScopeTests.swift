import Keys
import Mesh
import MeshProtocol
import Surface
import Testing

@testable import Dashboard

@Suite("Several meshes on the dashboard")
struct MeshScopeTests {
    private static func key(_ id: String) -> PeerKey { PeerKey(id, in: Sample.staging.mesh) }

    @Test("all together: peers of the same id stand apart, totals and header are of all")
    func together() {
        var state = Sample.meshes()
        #expect(state.rows.count == 6)
        #expect(state.totals == ["6 peers", "2 idle", "3 working", "1 dnd"])
        #expect(state.text().contains("2 meshes · 6 peers"))
        state.narrow(to: "dev-1 mesh:staging")
        #expect(state.peers.map(\.id) == [Self.key("key-dev-1")])
        state.narrow(to: "mesh:\"\"")
        #expect(state.peers.isEmpty)
        state.narrow(to: "-mesh:stag")
        #expect(state.peers.count == 4)
        state.narrow(to: "")
        state.sort(by: "mesh")
        #expect(state.peers.map(\.slug) == Array(repeating: "payments", count: 4) + ["staging", "staging"])
    }

    @Test("the mesh is a column where several are in sight, and only there")
    func column() {
        var state = Sample.meshes()
        #expect(state.columns.prefix(2) == ["name", "mesh"])
        #expect(state.text().contains("staging"))
        _ = state.look(at: .one(Sample.mesh.mesh))
        #expect(state.columns == PeerColumn.usual)
        _ = state.look(at: .all)
        #expect(state.columns.contains("mesh"))
        let one = Sample.meshes(.one(Sample.mesh.mesh))
        #expect(one.columns == PeerColumn.usual)
    }

    @Test("the next mesh, and after the last all; each is watched when it comes into sight")
    func next() {
        var state = Sample.meshes(.one(Sample.mesh.mesh))
        #expect(state.text().contains("payments · 4 peers"))
        #expect(state.press(.text("n")) == [.watch(Sample.staging.mesh)])
        #expect(state.text().contains("staging · 2 peers"))
        #expect(state.press(.text("n")) == [.watch(Sample.mesh.mesh), .watch(Sample.staging.mesh)])
        #expect(state.text().contains("2 meshes · 6 peers"))
        state.press(.text("n"))
        #expect(state.scope == .one(Sample.mesh.mesh))
        var single = Sample.dashboard(Sample.four)
        #expect(single.press(.text("n")) == [])
        #expect(single.notice?.text == "There is no other mesh")
    }

    @Test("what happens out of sight is known when it comes into sight")
    func outOfSight() {
        var state = Sample.meshes(.one(Sample.mesh.mesh))
        let before = state.text()
        state.hearStaging(.changed(PeerChanges(joined: [Sample.peer("late")], left: ["key-probe"])), after: 1)
        #expect(state.text() == before)
        state.press(.text("n"))
        #expect(state.text().contains("late") && state.text().contains("·  probe"))
        #expect(state.totals[0] == "2 peers")
    }

    @Test("the activity is of what is in sight, with the mesh named where there are several")
    func activity() {
        var state = Sample.meshes(.one(Sample.mesh.mesh))
        state.hear(.changed(PeerChanges(joined: [Sample.peer("here")])), after: 1)
        state.hearStaging(.changed(PeerChanges(joined: [Sample.peer("there")])), after: 2)
        state.loseStaging(after: 3)
        #expect(state.text().contains("here  joined"))
        #expect(!state.text().contains("there"))
        _ = state.look(at: .all)
        #expect(state.text().contains("here@payments  joined"))
        #expect(state.text().contains("there@staging  joined"))
        #expect(state.text().contains("staging  offline"))
        _ = state.look(at: .one(Sample.staging.mesh))
        #expect(!state.text().contains(" here  joined"))
    }

    @Test("the choice goes along where its peer is in sight, and is found again where it was left")
    func choice() {
        var state = Sample.meshes(.one(Sample.staging.mesh))
        state.press(.end)
        #expect(state.selected == Self.key("key-probe"))
        _ = state.look(at: .all)
        #expect(state.selected == Self.key("key-probe"))
        _ = state.look(at: .one(Sample.mesh.mesh))
        #expect(state.selected == nil)
        state.press(.down)
        _ = state.look(at: .one(Sample.staging.mesh))
        #expect(state.selected == Self.key("key-probe"))
        _ = state.look(at: .one(Sample.mesh.mesh))
        #expect(state.selected == "key-api-2")
    }

    @Test("a filter belongs to its mesh; the order goes along until one is chosen there")
    func filters() {
        var state = Sample.meshes(.one(Sample.mesh.mesh))
        state.sort(by: "age")
        state.narrow(to: "status:working")
        _ = state.look(at: .one(Sample.staging.mesh))
        #expect(state.filterText == "" && state.rows.shape.column == "age")
        state.sort(by: "role")
        _ = state.look(at: .one(Sample.mesh.mesh))
        #expect(state.filterText == "status:working" && state.rows.shape.column == "age")
        #expect(state.peers.count == 2)
    }

    @Test("a tree by mesh, which there is only where there are several")
    func tree() {
        var state = Sample.meshes()
        state.loseStaging(after: 60)
        state.press(.text("t"), .text("t"), .text("t"))
        #expect(state.text().contains("peers by mesh"))
        #expect(state.rows[0] == .branch("payments") && state.rows[5] == .branch("staging"))
        #expect(state.text().contains("payments · 4 · live"))
        #expect(state.text().contains("staging · 2 · ! offline since 12:01, trying again in 8 s"))
        _ = state.look(at: .one(Sample.mesh.mesh))
        #expect(state.rows.shape.grouping == .none)
        state.press(.text("t"), .text("t"), .text("t"))
        #expect(state.rows.shape.grouping == .none)
    }

    @Test("the list of meshes says what is known of each, and takes one")
    func meshes() {
        var state = Sample.meshes(.one(Sample.mesh.mesh), with: true)
        state.session.facts.online = [MeshID(rawValue: "mesh-web"): 7]
        state.loseStaging(after: 1)
        state.hearStaging(.mail(MailCounts(unread: 3)), after: 1)
        #expect(state.press(.text("w")) == [.ask(.status)])
        let text = state.text()
        #expect(text.contains("4 peers · live"))
        #expect(text.contains("2 peers · ! offline since 12:00 · 3 unread"))
        #expect(text.contains("7 peers · not looked at yet"))
        state.press(.end)
        #expect(state.press(.enter).count == 3)
        #expect(state.scope == .all && state.overlay == nil)
        state.press(.text(":"))
        state.type("mesh stag")
        state.press(.enter)
        #expect(state.scope == .one(Sample.staging.mesh))
    }

    @Test("a peer's address and details name its own mesh")
    func address() {
        var state = Sample.meshes()
        state.narrow(to: "probe")
        state.press(.down)
        #expect(state.press(.text("Y")) == [.copy("probe@staging")])
        #expect(state.text().contains("mesh       staging live"))
    }
}
