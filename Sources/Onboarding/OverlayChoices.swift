import Mesh
import MeshProtocol
import Session

extension SessionState {
    /// What an overlay offers.
    func choices(for overlay: Overlay) -> [Choice] {
        switch overlay {
        case .brokerDisconnect:
            [
                Choice(Strings.tryNow, taking: .session(.retry)),
                Choice(
                    Strings.workOffline, detail: Strings.workOfflineDetail,
                    taking: .session(.launchOffline)),
                Choice(Strings.backToFlow, taking: .dismiss),
            ]
        case .meshNotFound(let name):
            nearestMeshes(to: name).prefix(8).compactMap { slug in
                machine.memberships.first { $0.slug == slug }.map {
                    Choice($0.name, taking: .settle(.mesh(.joined($0.mesh))))
                }
            } + [
                Choice(Strings.createMesh(Self.shown(name)), taking: .settle(.mesh(.create(name: name)))),
                Choice(Strings.chooseAnother, taking: .dismiss),
            ]
        case .agentMissing:
            facts.agents.filter { $0.path != nil }.map {
                Choice(
                    Strings.useInstead($0.title), detail: facts.shortened($0.path ?? ""),
                    taking: .settle(.agent($0.word)))
            } + [Choice(Strings.chooseAnother, taking: .dismiss)]
        case .failure:
            [Choice(Strings.backToFlow, taking: .dismiss)]
        case .signIn:
            signInChoices
        case .entry:
            []
        case .sessionExpired:
            [
                Choice(Strings.signInAgain, taking: .session(.signIn(.begin(.browser)))),
                Choice(Strings.pasteToken, taking: .session(.signIn(.begin(.token)))),
                Choice(Strings.notNow, detail: Strings.notNowDetail, taking: .dismiss),
            ]
        case .inviteEntry, .inviteCard, .inviteInvalid, .rateLimit:
            inviteChoices(for: overlay)
        case .help:
            [Choice(Strings.close, taking: .dismiss)]
        case .quit:
            [
                Choice(
                    Strings.keep, detail: Strings.keepDetail,
                    taking: .session(.leave(keeping: true))),
                Choice(
                    Strings.discard, detail: Strings.discardDetail,
                    taking: .session(.leave(keeping: false))),
                Choice(Strings.stay, taking: .dismiss),
            ]
        }
    }

    private var signInChoices: [Choice] {
        let cancel = Choice(Strings.cancel, taking: .session(.signIn(.cancel)))
        guard signIn?.code != nil else { return [cancel] }
        return [
            Choice(Strings.copyAddress, taking: .session(.signIn(.copy))),
            Choice(Strings.openAgain, taking: .session(.signIn(.open))),
            cancel,
        ]
    }

    /// A name somebody gave, short enough and safe to stand in a sentence.
    static func shown(_ text: String) -> String { Strings.safe(text, limit: 40) }
}
