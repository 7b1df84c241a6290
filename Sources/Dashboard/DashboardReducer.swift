import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Text
import Widgets
import Wording

public enum DashboardAction: Equatable, Sendable {
    case input(InputEvent)
    /// The window has this size now.
    case resized(Size)
    /// What the relay says of a mesh, and when it came.
    case relay(MeshID, RelayEvent, at: Moment)
    /// A visible text has changed by itself, or somebody left long enough ago.
    case now(Moment)
    /// Whether what was to be copied was handed to the terminal.
    case copied(String, Bool)
    case answered(DashboardAnswer)
    case failed(DashboardQuestion, SkeinError)
    /// The frame was written to this file, or why it was not.
    case saved(Result<String, SkeinError>)
    /// Another theme is drawn in, or why a changed theme file is not.
    case themed(Result<String, SkeinError>)
    /// The person chose this theme, by its name.
    case themeChosen(String)
    /// An id for the message that is being sent, as `freshID` asked for.
    case fresh(MessageID)
    /// Looks at another moment.
    case look(at: Moment)
    /// The relay has ended, or could not be started for this reason; the next try is then.
    case relayLost(SkeinError?, until: Moment, at: Moment)
    /// There is a relay again, of which nothing is known yet.
    case relayFound
}

public enum DashboardEffect: Equatable, Sendable {
    case leave
    case nextTheme
    case suspend
    /// Draw everything again, whatever is thought to be on the screen.
    case redraw
    /// Hand a text to the terminal's clipboard.
    case copy(String)
    case ask(DashboardQuestion)
    /// Write what is shown into a file.
    case save(FrameFormat)
    /// Something needs the person: tell it where the terminal can.
    case notify(String)
    /// Tell what happens on this mesh from now on, if it is not told already.
    case watch(MeshID)
    /// Make an id for a message; it comes back as `fresh`.
    case freshID
    /// Keep what is being written for a mesh for the next run; nil forgets it.
    case keepDraft(MeshID, MessageDraft?)
    /// Remember for the next run how these meshes are looked at.
    case keep(DashboardLook, of: MeshScope)
}

extension DashboardState {
    /// All but messages: `reduce` goes on with those.
    mutating func change(_ action: DashboardAction) -> [DashboardEffect] {
        switch action {
        case .now(let moment):
            present = moment
            let place = ChosenPlace(self)
            foldAway()
            keep(place)
        case .relay(let mesh, let event, let moment):
            present = moment
            let place = ChosenPlace(self)
            let effects = take(event, of: mesh, at: moment)
            foldAway()
            keep(place)
            return effects + healthNews(event)
        case .resized(let size):
            self.size = size
            showChosen()
        case .copied(let what, let isDone):
            notice =
                isDone ? Span(translated("Copied {1}", what), .success)
                : Span(translated("This terminal takes no copies"), .warning)
        case .answered(let answer): return take(answer)
        case .fresh: break
        case .failed(let question, let error): return failed(question, error)
        case .look(let moment): return look(.at(moment))
        case .relayLost(let failure, let next, let moment):
            loseRelay(failure, until: next, at: moment)
        case .relayFound: return findRelay()
        case .saved(.success(let path)): notice = Span(translated("Saved as {1}", path), .success)
        case .saved(.failure(let error)): notice = Span(error.message, .warning)
        case .themeChosen(let name): notice = Span(translated("Theme {1}", name), .success)
        case .themed(.success(let name)): notice = Span(translated("Theme {1}, as its file is now", name), .success)
        case .themed(.failure(let error)): notice = Span(error.message, .warning)
        case .input(let input):
            return keepingLook { $0.take(input) + $0.askTrust() }
        }
        return []
    }

    private mutating func take(_ input: InputEvent) -> [DashboardEffect] {
        switch input {
        case .key(let key):
            notice = nil
            return take(key)
        case .paste(let text):
            notice = nil
            edit(.insert(text))
            return []
        case .mouse(let event):
            return take(event)
        }
    }

    // MARK: - What the relay tells

    private mutating func take(_ answer: DashboardAnswer) -> [DashboardEffect] {
        switch answer {
        case .status(let status): return take(status)
        case .trust(let peer, let trust): trusts[peer] = trust
        case .performed(let deed, let peer, let trust):
            trusts[peer] = trust
            notice = Span(deed.done(known(peer)?.peer.name ?? translated("It")), .success)
        case .events(let page, let wish): return take(page, for: wish)
        case .past(let past): return take(past)
        case .queue, .inbox, .message, .sent, .retried, .cancelled, .confirmed: break
        }
        return []
    }

    private mutating func failed(
        _ question: DashboardQuestion, _ error: SkeinError
    ) -> [DashboardEffect] {
        switch question {
        case .events(let wish): failed(wish, error)
        case .past(let wish): return failed(wish, error)
        case .status:
            isStatusAsked = false
            notice = Span(error.message, .warning)
        default: notice = Span(error.message, .warning)
        }
        return []
    }

    private mutating func take(
        _ event: RelayEvent, of mesh: MeshID, at moment: Moment
    ) -> [DashboardEffect] {
        let waiting = whoBeginsToWait(event, in: mesh)
        let leaving = mayLeave(by: event, of: mesh)
        // What was does not change with what is.
        let isShown = isInSight(mesh) && isLive
        _ = session.reduce(.relay(mesh, event, at: moment))
        let peers = session.meshes[mesh]?.peers ?? [:]
        switch event {
        case .snapshot:
            for id in peers.keys { departed[PeerKey(id, in: mesh)] = nil }
            for peer in leaving where peers[peer.id] == nil {
                depart(meshPeer(peer, in: mesh), at: moment)
            }
            if isShown { replaceRows() }
        case .changed(let changes):
            for changed in changes.joined + changes.updated {
                guard let peer = peers[changed.id] else { continue }
                let row = meshPeer(peer, in: mesh)
                departed[row.id] = nil
                if isShown { rows.put(row) }
            }
            for peer in leaving where peers[peer.id] == nil {
                let left = depart(meshPeer(peer, in: mesh), at: moment)
                if isShown { rows.put(left, hasLeft: true) }
            }
        case .happened(let events): hear(events, of: mesh)
        case .link, .mail, .receipt, .state: break
        }
        return askEvents(of: mesh, after: event)
            + (waiting.isEmpty ? [] : [.notify(Self.waits(waiting))])
    }

    /// Those who may not be there any more after an event. No copy of all is held while one changes:
    /// that would cost a look at all.
    private func mayLeave(by event: RelayEvent, of mesh: MeshID) -> [Peer] {
        switch event {
        case .snapshot: Array((session.meshes[mesh]?.peers ?? [:]).values)
        case .changed(let changes): changes.left.compactMap { session.meshes[mesh]?.peers[$0] }
        case .link, .mail, .receipt, .state, .happened: []
        }
    }

    /// The person's own launches that an event says wait, and that did not wait before it.
    private func whoBeginsToWait(_ event: RelayEvent, in mesh: MeshID) -> [String] {
        guard case .changed(let changes) = event else { return [] }
        let before = session.meshes[mesh]?.peers
        return (changes.joined + changes.updated).filter { peer in
            peer.waits && isOwn(peer, in: mesh) && before?[peer.id]?.waits != true
        }.map(\.name)
    }

    /// A launch of the person's own.
    func isOwn(_ peer: Peer, in mesh: MeshID) -> Bool {
        membership(of: mesh)?.memberKey.hex == peer.memberKey
    }

    private static func waits(_ names: [String]) -> String {
        names.count == 1
            ? translated("{1} waits for you", SafeText.visible(names[0], limit: 40))
            : translated("{1} agents wait for you", names.count)
    }

    /// What details say of a member's trust is asked once, when somebody reads them.
    private mutating func askTrust() -> [DashboardEffect] {
        guard focus == .details, let key = selected, let peer = known(key)?.peer,
            trustsAsked.insert(key).inserted
        else { return [] }
        return [.ask(.trust(key, memberKey: peer.memberKey))]
    }

    @discardableResult
    private mutating func depart(_ peer: MeshPeer, at moment: Moment) -> MeshPeer {
        var departure = Departed(peer: peer, at: moment)
        // What it does now is not being here.
        departure.peer.peer.statusSince = moment
        departed[peer.id] = departure
        departures.append(departure)
        return departure.peer
    }

    /// When somebody who left is folded away, if nothing else happens.
    var nextFarewell: Moment? {
        departures.first.map { $0.at.advanced(byMilliseconds: Self.farewell) }
    }

    /// Takes away those who left long enough ago, and the oldest where there are too many.
    mutating func foldAway() {
        let excess = max(0, departures.count - Self.mostDeparted)
        var number = 0
        for departure in departures {
            let age = present.milliseconds(since: departure.at)
            // A clock that was set back would keep them for ever.
            guard number < excess || age >= Self.farewell || age < -1000 else { break }
            number += 1
            let id = departure.peer.id
            guard departed[id]?.at == departure.at else { continue }
            departed[id] = nil
            if isLive, session.meshes[id.mesh]?.peers[id.id] == nil { rows.remove(id) }
        }
        if number > 0 { departures.removeFirst(number) }
    }

    // MARK: - The chosen row

    /// Where the chosen row stands and is seen, before something changes.
    struct ChosenPlace {
        var place: Int?
        var line: Int?

        init(_ state: DashboardState) {
            place = state.chosen.flatMap { state.rows.wouldBePlace(of: $0) }
            line = place.map { $0 - state.top }
        }
    }

    /// The choice follows its peer, also to where it is out of sight; only when nobody knows it any
    /// more its neighbour takes over. Its line on the screen stays the same.
    mutating func keep(_ before: ChosenPlace) {
        if let peer = chosen?.peer, chosen.flatMap({ rows.place(of: $0) }) == nil {
            if let other = rows.row(of: peer) {
                chosen = other
            } else if known(peer) == nil {
                choose(before.place ?? 0)
            }
        }
        if let line = before.line, let place = chosen.flatMap({ rows.wouldBePlace(of: $0) }) {
            top = place - line
        }
        showChosen()
    }

    /// After what a person changed: where the chosen row is not among those shown, its neighbour is
    /// chosen.
    mutating func settleChosen() {
        if let id = chosen, rows.place(of: id) == nil {
            choose(rows.wouldBePlace(of: id) ?? 0)
        }
        showChosen()
    }

    /// Chooses the row at a place, or the nearest there is.
    mutating func choose(_ place: Int) {
        chosen = rows.count == 0 ? nil : rows[min(max(0, place), rows.count - 1)]
    }

    mutating func showChosen() {
        top = ScrollWindow.offset(
            selected: chosen.flatMap { rows.place(of: $0) }, count: rows.count,
            visible: visibleRows, current: top)
    }

    /// Moves the choice by so many rows; the first step chooses the first row, or the last.
    mutating func move(_ distance: Int) {
        guard let id = chosen, let place = rows.wouldBePlace(of: id) else {
            choose(distance > 0 ? distance - 1 : rows.count + distance)
            return showChosen()
        }
        // Going down from where the chosen one would stand, the first is the one that stands there.
        let isThere = rows.place(of: id) != nil
        choose(place + distance - (isThere || distance < 0 ? 0 : 1))
        showChosen()
    }

    // MARK: - Sizes

    var layout: DashboardLayout? { DashboardLayout(self, size) }

    /// Rows that the pane in question shows of its content.
    func visibleRows(of pane: Pane) -> Int { layout?.panes[pane]?.content.rows ?? 1 }

    /// Rows of peers in sight.
    var visibleRows: Int {
        guard let content = layout?.panes[.peers]?.content else { return 1 }
        return max(1, parts(ofPeers: content).table.rows - 1)
    }

    /// The line of the filter, where there is one, and the table.
    func parts(ofPeers content: Rect) -> (filter: Rect, table: Rect) {
        let (line, table) = content.splitTop(filter.isEmpty && !isFiltering ? 0 : 1)
        return (line, table)
    }
}
