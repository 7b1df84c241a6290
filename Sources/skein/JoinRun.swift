import Connection
import Database
import Home
import Invites
import Mesh
import MeshProtocol
import Session

/// Coming into a mesh from a command line: what the invite leads to is shown, consent is asked for
/// or given, and the relay is told.
struct JoinRun {
    let desk: Desk
    private let joining: Joining

    init() throws(SkeinError) {
        desk = try Desk()
        joining = Joining(desk, try desk.openStore())
    }

    struct Wanted {
        var invite: String
        var broker: String?
        var name: String?
        /// `--yes`
        var isAgreed = false
        /// Somebody may be asked at the terminal.
        var mayAsk = true
    }

    func join(_ wanted: Wanted) async throws(SkeinError) -> Joining.Outcome {
        try await desk.checkIsPerson("join a mesh")
        let name = try SessionState.name(
            wanted.name ?? Process.loginName(desk.environment), of: "name")
        var text = wanted.invite
        if text == "-" {
            guard let line = StandardInput.line() else {
                throw SkeinError(.missing, "No invite came on standard input")
            }
            text = line
        } else if (try? InviteLink(text)).map({ if case .token = $0 { true } else { false } }) == true,
            wanted.mayAsk
        {
            Output.complain(
                "! A token on a command line can be read by others of this machine; skein join - "
                    + "reads it from standard input")
        }
        // Who cannot be asked is told before anything is looked up.
        let asks = wanted.mayAsk && Process.readsTerminal && text == wanted.invite
        guard wanted.isAgreed || asks else {
            _ = try InviteLink(text)
            throw SkeinError(
                .missing, "Missing --yes (nobody can be asked whether to join)",
                hint: "Look at the invite in a browser, then say so with --yes")
        }
        let invite = try await joining.look(at: text, broker: wanted.broker)
        if wanted.mayAsk { show(invite.card) }
        if !wanted.isAgreed {
            Output.complain("Join this mesh as “\(Output.shown(name))”? [y/N]")
            guard ["y", "yes"].contains(StandardInput.line()?.lowercased() ?? "") else {
                throw SkeinError(.cancelled, "Nothing was done")
            }
        }
        let outcome = try await joining.join(invite, as: name)
        if !outcome.wasJoined { await desk.tellRelay() }
        return outcome
    }

    /// The mesh of an invite that stands before a launch, joined by then.
    static func slug(
        of invite: String, for request: LaunchRequest
    ) async throws(SkeinError) -> String {
        guard request.flags.mesh == nil, request.flags.newMesh == nil else {
            throw SkeinError(
                .arguments, "--join goes with neither --mesh nor --new-mesh",
                hint: "The invite says which mesh")
        }
        guard !request.isDryRun else {
            throw SkeinError(
                .arguments, "--join cannot be tried without being done",
                hint: "Look at the invite in a browser, or leave --dry-run out")
        }
        let outcome = try await JoinRun().join(
            Wanted(
                invite: invite, name: request.flags.name, isAgreed: request.flags.isConfirmed,
                mayAsk: !request.isNonInteractive && !request.wantsJSON))
        return outcome.membership.slug
    }

    func broker(of membership: Membership) -> String? {
        if case .broker(let url) = membership.place { url } else { nil }
    }

    private func show(_ card: InviteCard) {
        let width = card.rows.map(\.label.count).max() ?? 0
        for (label, value) in card.rows {
            let space = String(repeating: " ", count: width - label.count)
            Output.complain("  \(label)\(space)  \(Output.shown(value))")
        }
        if card.isExposed {
            Output.complain(
                "! The way to this broker is not encrypted: others could read who comes in and when")
        }
    }
}

extension Joining {
    init(_ desk: Desk, _ store: MachineDatabase) {
        self.init(
            home: desk.home, database: store,
            network: NetworkSettings(environment: desk.environment),
            now: { Surroundings.now })
    }
}

extension Desk {
    /// A relay that runs reads the store again; one that does not, does so when it starts.
    /// What was done stays done if it cannot be told.
    func tellRelay() async {
        do throws(SkeinError) {
            try await runningRelay()?.refresh()
        } catch {
            Output.complain("! " + Output.shown(error.message))
        }
    }
}
