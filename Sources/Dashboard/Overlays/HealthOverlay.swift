import Keys
import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// How the relay and its links stand, mesh by mesh.
struct HealthOverlay: DashboardOverlay {
    var offset = 0

    private static let columns = 72
    private static let label = 12

    func hints(_ state: DashboardState) -> [KeyHint] {
        [state.listHint(translated("scroll")), state.hint(.back, translated("close"), isImportant: true)]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        guard let body = Frame.body(of: state.size, isDense: true) else { return }
        let limit = Lines(self.lines(state, .ascii)).limit(rows: body.rows - 2)
        offset = moved(offset, lines, limit + 1)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        state.dismiss()
        return []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let lines = lines(state, glyphs)
        let content = Size(
            columns: min(Self.columns, area.columns - 4), rows: min(lines.count, area.rows - 2))
        let note = lines.count > content.rows ? translated("{1} more", glyphs.upDown) : ""
        let inner = Modal(title: translated("Health"), content: content, note: note).draw(
            into: &grid, in: area, glyphs: glyphs)
        Lines(lines, offset: offset).draw(into: &grid, in: inner, glyphs: glyphs)
    }

    /// The relay's age, that of the last acknowledgements, and the tries to come.
    func untilChange(_ state: DashboardState) -> Int64? {
        let moments =
            [state.relay?.startedAt] + (state.relay?.meshes.map(\.lastAckAt) ?? [])
        let ages = moments.compactMap { $0 }.map { moment -> Int64 in
            let age = max(0, state.present.milliseconds(since: moment))
            return Int64(Age.secondsToChange(seconds: Int(age / 1000))) * 1000 - age % 1000
        }
        return (ages + [state.untilTries(state.meshes)].compactMap { $0 }).min()
    }

    // MARK: - Lines

    private func lines(_ state: DashboardState, _ glyphs: Glyphs) -> [[Span]] {
        guard let relay = state.relay else {
            if state.relayTrouble != nil {
                return [[Span(translated("The relay has stopped, and is being started again"), .warning)]]
            }
            return [[Span(translated("Asking the relay{1}", glyphs.ellipsis), .muted)]]
        }
        var lines: [[Span]] = []
        func add(_ label: String, _ spans: [Span]) {
            lines.append([Span(Fitting.exactly(label, columns: Self.label), .muted)] + spans)
        }
        let version = SafeText.visible(relay.programVersion, limit: 24, ascii: glyphs.isASCII)
        add(translated("relay"), [Span(version), Span(translated(", process {1}", relay.pid), .muted)])
        add(translated("up"), [Span(age(of: relay.startedAt, state))])
        add(translated("launches"), [Span("\(relay.launches)")])
        if let port = relay.brokerPort { add(translated("broker"), [Span(translated("here, at port {1}", port))]) }
        for health in relay.meshes {
            lines.append([])
            lines += told(health, state, glyphs)
        }
        return lines + refused(relay, state, glyphs)
    }

    private func told(
        _ health: MeshHealth, _ state: DashboardState, _ glyphs: Glyphs
    ) -> [[Span]] {
        let slug = state.membership(of: health.mesh)?.slug ?? health.name
        let name = SafeText.visible(slug, limit: 40, ascii: glyphs.isASCII)
        var lines = [[Span("\(name) ", .title), state.linkWord(of: health.mesh, glyphs, .whole)]]
        func add(_ label: String, _ spans: [Span]) {
            lines.append([Span("  " + Fitting.exactly(label, columns: Self.label - 2), .muted)] + spans)
        }
        if let reason = reason(health.link) {
            add(translated("because"), [Span(SafeText.visible(reason, limit: 200, ascii: glyphs.isASCII))])
        }
        if let moment = health.lastAckAt {
            let latency = health.lastAckMilliseconds.map { translated(" in {1} ms", $0) } ?? ""
            let age = age(of: moment, state)
            add(translated("answered"), [Span((age == "now" ? age : translated("{1} ago", age)) + latency)])
        }
        let mail = DashboardState.mailNotes(health.mail).flatMap { [Span("  "), $0] }.dropFirst()
        if !mail.isEmpty { add(translated("mail"), Array(mail)) }
        if health.mail.droppedEvents > 0 {
            add(translated("events"), [Span(translated("{1} dropped", health.mail.droppedEvents), .warning)])
        }
        if health.isExposed {
            let text = translated("{1} others can read who is present (ws://)", glyphs.warning)
            add(translated("exposed"), [Span(text, .warning)])
        }
        return lines
    }

    private func refused(
        _ relay: RelayStatus, _ state: DashboardState, _ glyphs: Glyphs
    ) -> [[Span]] {
        guard !relay.refused.isEmpty else { return [] }
        let lines = relay.refused.prefix(50).map { launch -> [Span] in
            let slug = state.membership(of: launch.mesh)?.slug
            let address = launch.name + (slug.map { "@\($0)" } ?? "")
            return [
                Span("  " + SafeText.visible(address, limit: 40, ascii: glyphs.isASCII) + "  ", .danger),
                Span(SafeText.visible(launch.reason, limit: 200, ascii: glyphs.isASCII)),
            ]
        }
        return [[], [Span(translated("refused launches"), .title)]] + lines
    }

    private func reason(_ link: LinkState?) -> String? {
        switch link {
        case .retrying(let reason, _), .refused(let reason): reason
        case .connecting, .live, nil: nil
        }
    }

    private func age(of moment: Moment, _ state: DashboardState) -> String {
        Age.text(seconds: max(0, Int(state.present.milliseconds(since: moment) / 1000)))
    }
}
