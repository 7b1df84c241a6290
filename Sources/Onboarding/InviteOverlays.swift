import MeshProtocol
import Session
import Surface
import Text
import Widgets
import Wording

/// The overlays of coming in by an invite: what they say and offer.
extension SessionState {
    func inviteChoices(for overlay: Overlay) -> [Choice] {
        let cancel = Choice(Strings.notNowInvite, taking: .session(.invite(.cancel)))
        switch overlay {
        case .inviteCard:
            guard case .offered? = invite?.stage else { return [cancel] }
            return [Choice(Strings.joinMesh, taking: .session(.invite(.accept))), cancel]
        case .inviteInvalid:
            return [Choice(Strings.pasteAgain, taking: .session(.invite(.begin))), cancel]
        case .rateLimit: return [cancel]
        default: return []
        }
    }

    func inviteText(_ overlay: Overlay) -> (title: String, lines: [String], role: Role) {
        switch overlay {
        case .inviteEntry: return (Strings.inviteTitle, [Strings.inviteBody], .accent)
        case .inviteInvalid(let error):
            let lines = [error.message] + (error.hint.map { [$0] } ?? [])
            return (
                Strings.inviteInvalidTitle, lines.map { Strings.safe($0, limit: 300) }, .warning
            )
        case .rateLimit:
            return (Strings.patienceTitle, [Strings.patience(invite?.secondsLeft ?? 0)], .warning)
        default:
            switch invite?.stage {
            case .offered(let card): return (Strings.consentTitle, Self.lines(card), .accent)
            case .claiming(let card):
                let name = Strings.safe(card.meshName, limit: 64)
                return (Strings.inviteTitle, [Strings.joining(name)], .accent)
            default: return (Strings.inviteTitle, [Strings.lookingAtInvite], .accent)
            }
        }
    }

    private static func lines(_ card: InviteCard) -> [String] {
        (card.isExposed ? [Strings.exposed] : [])
            + card.rows.map { label, value in "\(label): \(Strings.safe(value, limit: 120))" }
    }
}

extension OnboardingState {
    /// Room for a v1 token, which is the longest that is pasted.
    static var freshInviteField: FieldText { FieldText(limit: InviteLink.limit) }

    /// The field that an invite is pasted into.
    func drawInviteEntry(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let text = session.inviteText(.inviteEntry)
        let columns = min(68, area.columns - 4)
        let body = Paragraph(text.lines.joined(separator: " "))
        let height = body.height(columns: columns)
        let inner = Modal(
            title: text.title,
            content: Size(columns: columns, rows: height + 1 + TextField.height), role: text.role
        ).draw(into: &grid, in: area, glyphs: glyphs)
        let (top, _) = inner.splitTop(min(height, max(0, inner.rows - TextField.height)))
        body.draw(into: &grid, in: top, glyphs: glyphs)
        let field = inner.splitBottom(min(inner.rows, TextField.height)).bottom
        TextField(inviteField, placeholder: Strings.invitePlaceholder, error: notice)
            .draw(into: &grid, in: field, glyphs: glyphs)
    }
}

extension Strings {
    static var joinWithInvite: String { translated("Join with an invite") }
    static var joinWithInviteDetail: String { translated("a link or a code somebody gave you") }
    static var inviteTitle: String { translated("Join with an invite") }
    static var inviteBody: String { translated("Paste the link or the code you were given.") }
    static var invitePlaceholder: String { translated("https://broker.example/i/ABCDE12345") }
    static var lookingAtInvite: String { translated("Asking the broker about the invite…") }
    static func joining(_ mesh: String) -> String { translated("Joining {1}…", mesh) }
    static var consentTitle: String { translated("Come into this mesh?") }
    static var joinMesh: String { translated("Join") }
    static var notNowInvite: String { translated("Cancel") }
    static var inviteInvalidTitle: String { translated("Not by this invite") }
    static var pasteAgain: String { translated("Paste again") }
    static var patienceTitle: String { translated("The broker asks for patience") }
    static func patience(_ seconds: Int) -> String { translated("Going on in {1} s", seconds) }
    static var exposed: String { translated("The way to this broker is not encrypted.") }
}
