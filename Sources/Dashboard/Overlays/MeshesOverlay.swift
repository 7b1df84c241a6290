import Keys
import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// Which mesh is looked at, or all of them.
struct MeshesOverlay: DashboardOverlay {
    var line: Int

    init(_ state: DashboardState) { line = state.scopes.firstIndex(of: state.scope) ?? 0 }

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [
            state.hint(.take, translated("look at it"), isImportant: true), state.hint(.health),
            state.hint(.back, translated("close")),
        ]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        line = moved(line, lines, state.scopes.count)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        state.dismiss()
        switch action {
        case .take?: return state.look(at: state.scopes[min(line, state.scopes.count - 1)])
        case .health?: return state.openHealth()
        default: return []
        }
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let items = state.scopes.map { scope in
            PickerItem(
                SafeText.visible(state.called(scope), limit: 24, ascii: glyphs.isASCII),
                detail: detail(scope, state, glyphs), isMarked: scope == state.scope)
        }
        draw(Picker(items, selected: line), translated("Meshes"), &grid, area, glyphs)
    }

    private func detail(_ scope: MeshScope, _ state: DashboardState, _ glyphs: Glyphs) -> String {
        guard case .one(let mesh) = scope else { return state.explanation(of: scope) }
        let health = state.relay?.meshes.first { $0.mesh == mesh }
        let mail = state.presence(of: mesh)?.mail ?? health?.mail ?? MailCounts()
        let peers = state.peerCount(of: mesh).map { [$0 == 1 ? translated("1 peer") : translated("{1} peers", $0)] } ?? []
        let link = state.linkWord(of: mesh, glyphs, state.size.columns < 70 ? .word : .since).text
        let unread = mail.unread > 0 ? [translated("{1} unread", mail.unread)] : []
        return (peers + [link] + unread).joined(separator: " \(glyphs.separator) ")
    }
}

extension DashboardState {
    /// All that can be looked at: each mesh, and where there are several, all of them.
    var scopes: [MeshScope] {
        meshes.map { .one($0.mesh) } + (meshes.count > 1 ? [.all] : [])
    }

    var nextScope: MeshScope {
        let all = scopes
        return all[((all.firstIndex(of: scope) ?? -1) + 1) % max(1, all.count)]
    }

    var noOtherMesh: String? { scopes.count < 2 ? translated("There is no other mesh") : nil }

    /// As it is typed.
    func called(_ scope: MeshScope) -> String {
        switch scope {
        case .one(let mesh): membership(of: mesh)?.slug ?? mesh.rawValue
        case .all: translated("all")
        }
    }

    func explanation(of scope: MeshScope) -> String {
        scope == .all ? translated("all meshes together") : translated("only the peers of this mesh")
    }

    /// Peers that are there, where that is known.
    func peerCount(of mesh: MeshID) -> Int? {
        if let presence = session.meshes[mesh], presence.isKnown { return presence.peers.count }
        return session.facts.online[mesh]
    }

    /// How the link of a mesh is, whether it is watched here or not.
    func linkWord(of mesh: MeshID, _ glyphs: Glyphs, _ length: LinkLength) -> Span {
        if session.meshes[mesh] != nil { return linkSpan(of: mesh, glyphs, length) }
        guard let health = relay?.meshes.first(where: { $0.mesh == mesh }) else {
            return Span(translated("not looked at yet"), .muted)
        }
        switch health.link {
        case nil: return Span(translated("not in use"), .muted)
        case .live: return Span(translated("live"), .success)
        case .connecting: return Span(translated("connecting{1}", glyphs.ellipsis), .muted)
        case .retrying: return Span(translated("{1} offline", glyphs.warning), .warning)
        case .refused: return Span(translated("{1} refused", glyphs.failed), .danger)
        }
    }
}
