import Connection
import Mesh
import MeshProtocol

/// What the mesh's broker is asked for somebody else.
extension RelayServer {
    func askBroker(_ question: AskBroker, for asker: Asker) async throws(SkeinError) -> ServerFrame {
        try checkMayUse(question.mesh, asker)
        try BrokerRequestRule(question.frame.verb).check(asker)
        let link: BrokerLink
        if let launch = asker.launch {
            guard let own = launches[launch]?.link else {
                throw SkeinError(
                    .brokerUnreachable, "this launch is not connected",
                    hint: "See skein relay status")
            }
            link = own
            if try await say(question.frame.verb, of: launch, by: link) {
                return ServerFrame(.ack(AckFrame(id: "")))
            }
        } else {
            link = try await observer(of: question.mesh).link
        }
        let answer = try await Self.answer(to: question.frame.verb, by: link)
        if case .request(let change as SetState) = question.frame.verb, asker.launch == nil {
            // The broker tells everybody but the link that asked, which is the watchers' own.
            let told = StateChange(
                key: change.key, value: change.value, updatedBy: LocalBroker.personName)
            happened(told, in: question.mesh)
            await observers[question.mesh]?.tell(.state(told), to: nil)
        }
        return ServerFrame(answer)
    }

    /// What the broker refused is told by a code of ours: nothing of that name, not allowed.
    private static func answer(
        to verb: ClientFrame.Verb, by link: BrokerLink
    ) async throws(SkeinError) -> ServerFrame.Body {
        do throws(SkeinError) {
            return try await link.ask(verb)
        } catch {
            guard error.code == .brokerRefused, let word = error.subject else { throw error }
            throw SkeinError.refused(byBroker: word, "")
        }
    }

    /// What a launch says of itself is told again after a reconnect, and after a restart. False for
    /// anything else.
    private func say(
        _ verb: ClientFrame.Verb, of launch: LaunchID, by link: BrokerLink
    ) async throws(SkeinError) -> Bool {
        switch verb {
        case .setStatus(let status):
            try await link.setStatus(status)
            return true
        case .setSummary(let summary):
            let cut = FrameLimits.cut(summary, to: FrameLimits.summary)
            try await link.setSummary(cut)
            try keep(launch) { $0.summary = cut.isEmpty ? nil : cut }
        case .setVisible(let isVisible):
            try await link.setVisible(isVisible)
            try keep(launch) { $0.isVisible = isVisible }
        case .joinGroup(let group):
            try await link.joinGroup(group)
            try keep(launch) { $0.groups = GroupRules.joining(group, to: $0.groups) }
        case .leaveGroup(let name):
            try await link.leaveGroup(name)
            try keep(launch) { $0.groups = GroupRules.leaving(name, from: $0.groups) }
        default: return false
        }
        return true
    }

    /// A live launch's record, changed and stored.
    func keep(
        _ id: LaunchID, _ change: (inout LaunchRecord) -> Void
    ) throws(SkeinError) {
        guard var record = launches[id]?.record else {
            throw SkeinError(.launchNotFound, "the launch's process has ended")
        }
        change(&record)
        try database.store(record)
        launches[id]?.record = record
    }

    func setMailMode(
        _ question: SetMailMode, for asker: Asker
    ) throws(SkeinError) -> MailMode {
        guard let id = question.launch ?? asker.launch else {
            throw SkeinError(
                .arguments, "only a launch has a mail mode", hint: "Name the launch")
        }
        if let own = asker.launch, own != id { throw Asker.notThePerson }
        try keep(id) { record in
            record.mail.mode = question.mode ?? record.mail.mode
            record.mail.policy = question.policy ?? record.mail.policy
        }
        return launches[id]?.record.mail ?? MailMode()
    }
}
