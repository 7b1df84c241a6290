import Mesh
import MeshProtocol
import Session
import Surface
import Text
import Widgets
import Wording

/// How links and mail stand, in words.
extension DashboardState {
    /// Columns from which the header says since when, and when the next try is.
    static let columnsForLongLink = 100

    /// How much is said of a link.
    enum LinkLength { case word, since, whole }

    /// For the header: of one mesh, or of several the one that is offline, by name.
    func linkNote(_ glyphs: Glyphs, columns: Int) -> Span {
        if let replay { return replaySpan(replay, isShort: columns < 60) }
        if let relayTrouble { return relaySpan(relayTrouble, glyphs, columns: columns) }
        let length: LinkLength = columns < Self.columnsForLongLink ? .word : .whole
        let all = meshesInSight
        let bad = all.filter { linkRank($0.mesh) > 1 }
        guard all.count > 1, columns >= 60, let first = bad.first else {
            let worst = all.max { linkRank($0.mesh) < linkRank($1.mesh) }
            return linkSpan(of: worst?.mesh, glyphs, length)
        }
        guard bad.count == 1, length == .whole else {
            let text = translated("{1} {2} of {3} offline", glyphs.warning, bad.count, all.count)
            return Span(text, .warning)
        }
        var span = linkSpan(of: first.mesh, glyphs, length)
        span.text = "\(SafeText.visible(first.slug, limit: 24, ascii: glyphs.isASCII)) \(span.text)"
        return span
    }

    /// How the link of one mesh is; where there is room, since when, and when it is tried again.
    func linkSpan(of mesh: MeshID?, _ glyphs: Glyphs, _ length: LinkLength) -> Span {
        let presence = mesh.flatMap { self.presence(of: $0) }
        switch presence?.link ?? .connecting {
        case .live: return Span(translated("live"), .success)
        case .connecting: return Span(translated("connecting{1}", glyphs.ellipsis), .muted)
        case .retrying(_, let next):
            let lost = length == .word ? nil : presence?.offlineSince.map { " " + since($0) }
            let next = length == .whole ? ", \(untilTry(next))" : ""
            return Span(translated("{1} offline{2}{3}", glyphs.warning, lost ?? "", next), .warning)
        case .refused(let reason):
            let safe = SafeText.visible(reason, limit: 40, ascii: glyphs.isASCII)
            return Span(
                translated("{1} refused", glyphs.failed) + (length == .word ? "" : ": \(safe)"), .danger)
        }
    }

    /// What of the mail in sight needs somebody, the gravest first.
    var mailNotes: [Span] {
        var mail = MailCounts()
        for membership in meshesInSight {
            guard let counts = session.meshes[membership.mesh]?.mail else { continue }
            mail.dead += counts.dead
            mail.waiting += counts.waiting
            mail.unread += counts.unread
        }
        return Self.mailNotes(mail)
    }

    static func mailNotes(_ mail: MailCounts) -> [Span] {
        [
            (mail.dead, translated("{1} given up", mail.dead), Role.danger),
            (mail.waiting, translated("queued {1}", mail.waiting), .warning),
            (mail.unread, translated("{1} unread", mail.unread), .accent),
        ].filter { $0.0 > 0 }.map { Span($0.1, $0.2) }
    }

    private func linkRank(_ mesh: MeshID) -> Int {
        switch presence(of: mesh)?.link ?? .connecting {
        case .refused: 3
        case .retrying: 2
        case .connecting: 1
        case .live: 0
        }
    }

    // MARK: - Times

    /// `since 12:40`; what is more than a day ago, `for 2d`.
    func since(_ moment: Moment) -> String {
        let seconds = max(0, now.milliseconds(since: moment) / 1000)
        guard seconds < 86_400 else { return translated("for {1}", Age.text(seconds: Int(seconds))) }
        return translated("since {1}", moment.hourAndMinute(secondsFromUTC: secondsFromUTC))
    }

    private func untilTry(_ next: Moment) -> String {
        let wait = next.milliseconds(since: now)
        guard wait > 0 else { return translated("trying now") }
        return translated("trying again in {1} s", (wait + 999) / 1000)
    }

    /// Milliseconds until what is said of the links in sight is another text.
    func untilLinksChange(columns: Int) -> Int64? {
        guard columns >= Self.columnsForLongLink || rows.shape.grouping == .mesh else { return nil }
        return untilTries(meshesInSight)
    }

    /// The same, where all that is known of the links is shown.
    func untilTries(_ meshes: [Membership]) -> Int64? {
        meshes.compactMap { membership -> Int64? in
            guard case .retrying(_, let next)? = presence(of: membership.mesh)?.link else {
                return nil
            }
            let wait = next.milliseconds(since: now)
            return wait > 0 ? (wait - 1) % 1000 + 1 : nil
        }.min()
    }
}

extension Moment {
    /// The time on the wall's clock: `12:40`.
    func hourAndMinute(secondsFromUTC: Int) -> String {
        let day: Int64 = 86_400
        let seconds = (milliseconds / 1000 % day + Int64(secondsFromUTC) % day + 2 * day) % day
        return [seconds / 3600, seconds / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
    }
}
