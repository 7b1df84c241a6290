import MeshProtocol
import Session
import Surface
import Text
import Widgets

/// An overlay as cells: a card above the screen beneath, which steps back.
extension OnboardingState {
    func draw(
        _ overlay: Overlay, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> PlacedList? {
        let text = overlayText(overlay)
        let widest = min(68, area.columns - 4)
        if overlay == .help {
            let keys = KeyTable(allKeys)
            let size = keys.size(columns: widest, glyphs: glyphs)
            let inner = Modal(title: text.title, content: size).draw(
                into: &grid, in: area, glyphs: glyphs)
            keys.draw(into: &grid, in: inner, glyphs: glyphs)
            return nil
        }
        if overlay == .signIn, let signIn = session.signIn {
            return draw(signIn, &grid, area, glyphs)
        }
        if case .entry(let wanted) = overlay {
            draw(wanted, text.title, text.lines, &grid, area, glyphs)
            return nil
        }
        if overlay == .inviteEntry {
            drawInviteEntry(&grid, area, glyphs)
            return nil
        }
        let paragraphs = text.lines.map { Paragraph($0) }
        let textRows = paragraphs.reduce(0) { $0 + $1.height(columns: widest) }
        let choices = session.choices(for: overlay)
        let noticeRows = notice == nil ? 0 : 1
        let rows = min(area.rows - 2, textRows + 1 + choices.count + noticeRows)
        var inner = Modal(
            title: text.title, content: Size(columns: widest, rows: rows), role: text.role
        ).draw(into: &grid, in: area, glyphs: glyphs)
        // The choices come first: where there is little room, the text gives way.
        let roomForText = max(1, inner.rows - choices.count - 1 - noticeRows)
        var room = roomForText
        for paragraph in paragraphs {
            let height = min(paragraph.height(columns: inner.columns), room)
            room -= height
            let (top, rest) = inner.splitTop(height)
            paragraph.draw(into: &grid, in: top, glyphs: glyphs)
            inner = rest
        }
        if inner.rows > choices.count + noticeRows { inner = inner.splitTop(1).rest }
        if let notice {
            let (rest, line) = inner.splitBottom(1)
            Paragraph("\(glyphs.failed) \(notice)", .danger).draw(into: &grid, in: line, glyphs: glyphs)
            inner = rest
        }
        let picker = Picker(choices.map(\.item), selected: overlaySelection)
        picker.draw(into: &grid, in: inner, glyphs: glyphs)
        return PlacedList(picker: picker, area: inner)
    }

    private func overlayText(_ overlay: Overlay) -> (title: String, lines: [String], role: Role) {
        switch overlay {
        case .brokerDisconnect(let reason):
            let wait = session.secondsToRetry > 0 ? [Strings.nextTry(session.secondsToRetry)] : []
            return (
                Strings.disconnectTitle, [Strings.safe(reason, limit: 300)] + wait, .warning
            )
        case .meshNotFound(let name):
            return (Strings.meshNotFoundTitle, [Strings.meshNotFound(name)], .warning)
        case .agentMissing(let word):
            let how = session.facts.agent(word)?.howToGet ?? ""
            return (
                Strings.agentMissingTitle,
                [Strings.agentMissing(word)] + (how.isEmpty ? [] : [how]), .warning
            )
        case .failure(let error):
            return (
                Strings.failureTitle,
                ([error.message] + (error.hint.map { [$0] } ?? [])).map {
                    Strings.safe($0, limit: 300)
                }, .danger
            )
        case .signIn: return (Strings.signInTitle, [], .accent)
        case .entry(.server): return (Strings.serverTitle, [Strings.serverBody], .accent)
        case .entry(.accessToken):
            return (Strings.tokenTitle, [Strings.tokenBody(session.facts.server ?? "")], .accent)
        case .sessionExpired: return (Strings.expiredTitle, [Strings.expiredBody], .warning)
        case .inviteEntry, .inviteCard, .inviteInvalid, .rateLimit:
            return session.inviteText(overlay)
        case .help: return (Strings.helpTitle, [], .accent)
        case .quit: return (Strings.quitTitle, [Strings.quitBody], .accent)
        }
    }
}
