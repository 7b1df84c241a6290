import Keys
import Mesh
import Surface
import Text
import Widgets
import Wording

/// What can be done with the chosen peer. To add a deed, add an entry to `entries`.
struct ActionsOverlay: DashboardOverlay {
    var line = 0

    private struct Entry {
        var title: String
        var detail: String
        var obstacle: String?
        var run: @Sendable (inout DashboardState) -> [DashboardEffect]
    }

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [state.hint(.take, translated("do it"), isImportant: true), state.hint(.back, translated("close"))]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        line = moved(line, lines, entries(state).count)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        let entries = entries(state)
        state.dismiss()
        guard action == .take, entries.indices.contains(line) else { return [] }
        if let obstacle = entries[line].obstacle {
            state.notice = Span(obstacle, .muted)
            return []
        }
        return entries[line].run(&state)
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let items = entries(state).map {
            PickerItem($0.title, detail: $0.detail, disabledReason: $0.obstacle)
        }
        let name = state.selected.flatMap { state.known($0)?.peer.name } ?? ""
        draw(
            Picker(items, selected: line), SafeText.visible(name, limit: 40, ascii: glyphs.isASCII),
            &grid, area, glyphs)
    }

    private func entries(_ state: DashboardState) -> [Entry] {
        let details = Entry(title: translated("details"), detail: translated("everything known of it")) { state in
            state.focus(on: .details)
            return []
        }
        let commands = [KeyAction.message, .verify, .onePeer, .copyKey, .copyAddress]
            .compactMap(DashboardCommand.of)
            .map { command in
                Entry(
                    title: command.action.label,
                    detail: command.action == .message ? translated("write to it") : command.explanation,
                    obstacle: command.obstacle(state), run: command.perform)
            }
        let isBlocked = state.selected.flatMap { state.trusts[$0]?.isBlocked } ?? false
        let block: PeerDeed = isBlocked ? .unblock : .block
        return [details] + commands + [
            Entry(
                title: isBlocked ? translated("unblock") : translated("block"),
                detail: isBlocked ? translated("let it do what everybody may") : translated("hear nothing from it; it is not told"),
                obstacle: state.noStranger
            ) { $0.confirm(block) },
            Entry(
                title: translated("kick"), detail: translated("end its sessions, until it is started again"),
                obstacle: state.noKick
            ) { $0.confirm(.kick) },
        ]
    }
}

extension DashboardState {
    /// The chosen peer's member is nobody else.
    var noStranger: String? {
        guard let key = selected, let peer = known(key)?.peer else { return noPeer }
        return isOwn(peer, in: key.mesh) ? translated("That is a launch of your own") : nil
    }

    var noKick: String? {
        guard let key = selected, let peer = known(key) else { return noPeer }
        if peer.hasLeft { return translated("It has left already") }
        let isAdmin = membership(of: key.mesh)?.permission == .admin
        return isAdmin ? nil : translated("Only an admin of the mesh can")
    }

    mutating func confirm(_ deed: PeerDeed) -> [DashboardEffect] {
        guard let key = selected, let peer = known(key)?.peer else { return [] }
        if deed == .unblock { return [.ask(.perform(deed, key, memberKey: peer.memberKey))] }
        push(ConfirmOverlay(deed: deed, peer: key, memberKey: peer.memberKey, name: peer.name))
        return []
    }

    mutating func openSafety() -> [DashboardEffect] {
        guard let key = selected, let peer = known(key)?.peer else { return [] }
        push(SafetyOverlay(peer: key, memberKey: peer.memberKey))
        return [.ask(.trust(key, memberKey: peer.memberKey))]
    }
}

extension PeerDeed {
    /// What is said when it is done.
    func done(_ name: String) -> String {
        let name = SafeText.visible(name, limit: 40)
        return switch self {
        case .block: translated("{1} is blocked, and is not told", name)
        case .unblock: translated("{1} may do again what everybody may", name)
        case .verify(true): translated("You have compared the number of {1}", name)
        case .verify(false): translated("The number of {1} is not compared any more", name)
        case .kick: translated("{1} was put out", name)
        }
    }
}
