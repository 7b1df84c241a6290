import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

extension MeshEvent {
    /// The peer it is about.
    var key: PeerKey? { peer.map { PeerKey($0, in: mesh) } }

    /// Whoever did it.
    func who(_ glyphs: Glyphs) -> [Span] {
        guard !name.isEmpty else { return [] }
        return [Span(SafeText.visible(name, limit: 24, ascii: glyphs.isASCII)), Span("  ")]
    }

    /// The same, with its mesh where there are several: `dev-1@payments`. What is about no peer is
    /// about the mesh.
    func who(_ state: DashboardState, _ isSeveral: Bool, _ glyphs: Glyphs) -> [Span] {
        guard isSeveral else { return who(glyphs) }
        let slug = SafeText.visible(
            state.membership(of: mesh)?.slug ?? "", limit: 24, ascii: glyphs.isASCII)
        guard let name = who(glyphs).first else { return [Span(slug, .title), Span("  ")] }
        return [name, Span("@\(slug)", .muted), Span("  ")]
    }

    /// What happened, in words.
    func told(_ glyphs: Glyphs) -> [Span] {
        let words = EventWords(glyphs: glyphs)
        switch what {
        case .joined: return [Span(translated("joined"), .success)]
        case .left: return [Span(translated("left"), .statusLeft)]
        case .renamed(let from): return words.say("was called {1}", words.safe(from))
        case .status(let from, let to):
            return [
                Span(from.rawValue, .muted), Span(" \(glyphs.arrow) ", .muted),
                Span(to.rawValue, to.role),
            ]
        case .waiting(true): return [Span(translated("waits for a person"), .warning)]
        case .waiting(false): return [Span(translated("waits no more"), .muted)]
        case .summary(let text): return [words.quoted(text)]
        case .role(let role):
            return role.isEmpty
                ? [Span(translated("has no role now"), .muted)] : words.say("is now {1}", words.safe(role))
        case .groups(let groups):
            let names = groups.map { "@\($0)" }.joined(separator: " ")
            return groups.isEmpty
                ? [Span(translated("is in no group now"), .muted)]
                : words.say("is now in {1}", words.safe(names))
        case .directory(let path): return words.say("works in {1}", words.safe(path))
        case .link(let state): return words.link(state)
        case .sent(_, let to, let priority, let excerpt):
            return words.urgent(priority)
                + words.say("\(glyphs.arrow) {1} {2}", words.safe(to), words.quoted(excerpt))
        case .received(_, let by, let priority, let excerpt):
            let text = words.quoted(excerpt)
            return words.urgent(priority)
                + (by.isEmpty
                    ? words.say("wrote {1}", text)
                    : words.say("wrote to {1}: {2}", words.safe(by), text))
        case .delivery(_, let to, let state):
            return words.delivery(state, words.safe(to.isEmpty ? translated("everybody") : to))
        case .died(_, let to, let reason):
            return words.say(
                "given up for {1}: {2}", .danger, words.safe(to), words.safe(reason))
        case .state(let key, let value?):
            return words.say("state {1} = {2}", words.safe(key), words.safe(value))
        case .state(let key, nil): return words.say("state {1} taken away", words.safe(key))
        case .hook(let event, let tool?):
            return words.say("hook {1}: {2}", words.safe(event, .muted), words.safe(tool))
        case .hook(let event, nil): return words.say("hook {1}", words.safe(event, .muted))
        case .loop(let other):
            return words.say(
                "answers {1} too often; held back", .warning, words.safe(other))
        case .invite(let word, let detail):
            return words.say("invite {1}: {2}", words.safe(word), words.safe(detail, .muted))
        case .other(let word):
            return words.say("something this Skein does not know: {1}", words.safe(word, .muted))
        }
    }
}

/// Sentences with what others wrote in them, made safe to show.
private struct EventWords {
    var glyphs: Glyphs

    func safe(_ text: String, _ role: Role = .text) -> Span {
        Span(SafeText.visible(text, limit: 256, ascii: glyphs.isASCII), role)
    }

    func quoted(_ text: String) -> Span { safe(glyphs.openQuote + text + glyphs.closeQuote) }

    /// A sentence with `{1}`, `{2}` for what stands in it, in whatever order they come.
    func say(_ sentence: String, _ parts: Span...) -> [Span] { say(sentence, .muted, parts) }

    func say(_ sentence: String, _ role: Role, _ parts: Span...) -> [Span] {
        say(sentence, role, parts)
    }

    private func say(_ sentence: String, _ role: Role, _ parts: [Span]) -> [Span] {
        var spans: [Span] = []
        for (index, piece) in translated(sentence).split(
            separator: "{", omittingEmptySubsequences: false
        ).enumerated() {
            var text = piece
            if index > 0, let close = piece.firstIndex(of: "}"),
                let number = Int(piece[..<close]), parts.indices.contains(number - 1)
            {
                spans.append(parts[number - 1])
                text = piece[piece.index(after: close)...]
            }
            if !text.isEmpty { spans.append(Span(String(text), role)) }
        }
        return spans
    }

    func urgent(_ priority: MessagePriority) -> [Span] {
        priority == .now ? [Span(translated("now "), .warning)] : []
    }

    func link(_ state: LinkState) -> [Span] {
        switch state {
        case .live: [Span(translated("live"), .success)]
        case .connecting: [Span(translated("connecting"), .muted)]
        case .retrying(let reason, _):
            say("offline, trying again: {1}", .warning, safe(reason))
        case .refused(let reason): say("refused: {1}", .danger, safe(reason))
        }
    }

    func delivery(_ state: DeliveryState, _ to: Span) -> [Span] {
        switch state {
        case .stored: say("held for {1}", to)
        case .pushed: say("on its way to {1}", to)
        case .shown: say("shown to {1}", .success, to)
        case .acked: say("kept by {1}", .success, to)
        case .delivered: say("delivered to {1}", .success, to)
        case .expired: say("too old for {1}", .warning, to)
        case .refused: say("refused by {1}", .danger, to)
        }
    }
}

extension Status {
    /// The role it is drawn in.
    var role: Role {
        switch self {
        case .idle: .statusIdle
        case .working: .statusWorking
        case .dnd: .statusDnd
        }
    }
}
