import Keys
import Mesh
import Surface
import Testing

@testable import Dashboard

@Suite("How a mesh was looked at is remembered")
struct DashboardLookTests {
    private static func look(_ change: (inout DashboardLook) -> Void) -> DashboardLook {
        var look = DashboardLook(columns: PeerColumn.usual)
        change(&look)
        return look
    }

    private static let here = MeshScope.one(Sample.mesh.mesh)

    @Test("a filter is kept when the field closes, not with each letter")
    func filter() {
        var state = Sample.dashboard(Sample.four)
        state.press(.text("/"))
        for letter in ["d", "e", "v"] { #expect(state.press(.text(letter)) == []) }
        let kept = Self.look { $0.filter = "dev" }
        #expect(state.press(.enter) == [.keep(kept, of: Self.here)])
        #expect(state.press(.text("q")) == [.leave], "nothing is new since")
    }

    @Test("what a key changed at once is kept on leaving, before it, or when others are looked at")
    func leaving() {
        var state = Sample.meshes(Self.here)
        #expect(state.press(.text("r")) == [])
        let kept = Self.look { $0.isAscending = false }
        var other = state
        #expect(state.press(.text("q")) == [.keep(kept, of: Self.here), .leave])
        #expect(other.press(.text("n")) == [.keep(kept, of: Self.here), .watch(Sample.staging.mesh)])
        #expect(other.press(.text("q")) == [.leave], "the order went along, and was not chosen here")
    }

    @Test("columns and the order are kept when their list closes")
    func lists() {
        var state = Sample.dashboard(Sample.four)
        state.press(.text("c"), .down)
        #expect(state.press(.enter) == [])
        let columns = PeerColumn.usual.filter { $0 != "status" }
        #expect(state.press(.escape) == [.keep(Self.look { $0.columns = columns }, of: Self.here)])
        state.press(.text("s"), .down)
        let both = Self.look { ($0.columns, $0.sort) = (columns, "status") }
        #expect(state.press(.enter) == [.keep(both, of: Self.here)])
    }

    @Test("what was remembered is there again, and what means nothing is nothing")
    func recalling() {
        var state = Sample.dashboard(Sample.four)
        state.recall([
            Self.here: Self.look {
                ($0.filter, $0.sort, $0.isAscending, $0.tree) = ("status:working", "age", false, "host")
                $0.columns = ["name", "nonsense", "age"]
            },
            .all: Self.look { $0.filter = "elsewhere" },
        ])
        #expect(state.filterText == "status:working" && state.rows.shape.grouping == .host)
        #expect(state.rows.shape.column == "age" && !state.rows.shape.order.isAscending)
        #expect(state.columns == ["name", "age"])
        #expect(state.peers.count == 2)
        #expect(state.press(.text("q")) == [.leave])
        state.recall([Self.here: Self.look { ($0.sort, $0.tree, $0.columns) = ("x", "y", []) }])
        #expect(state.rows.shape.column == "age" && state.rows.shape.grouping == .none)
        #expect(state.columns == ["name", "age"])
    }

    @Test("what flags said is not remembered, though what a person changes then is")
    func flags() {
        var state = Sample.dashboard(Sample.four)
        let before = Self.look { $0.filter = "old" }
        state.recall([Self.here: before])
        state.narrow(to: "dev")
        state.settleLook()
        #expect(state.filterText == "dev")
        state.press(.text("r"))
        let kept = Self.look { ($0.filter, $0.isAscending) = ("old", false) }
        #expect(state.press(.text("q")) == [.keep(kept, of: Self.here), .leave])
    }

    @Test("each mesh has its own, and all together one")
    func scopes() {
        var state = Sample.meshes(Self.here)
        state.recall([
            .one(Sample.staging.mesh): Self.look { $0.filter = "probe" },
            .all: Self.look { ($0.tree, $0.columns) = ("mesh", ["name", "mesh"]) },
        ])
        #expect(state.filterText == "")
        state.press(.text("n"))
        #expect(state.filterText == "probe" && state.peers.count == 1)
        state.press(.text("n"))
        #expect(state.rows.shape.grouping == .mesh && state.columns == ["name", "mesh"])
    }
}
