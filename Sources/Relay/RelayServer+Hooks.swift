import Agents
import Connection
import Foundation
import Mesh
import MeshProtocol
import Redaction

/// What agents' hooks tell, and the mail they are given.
extension RelayServer {
    /// One event of a live launch. It is answered without waiting for any broker: an agent waits.
    func hear(
        _ extract: HookExtract, of id: LaunchID, over connection: ConnectionNumber
    ) async -> HookAnswer {
        guard let (extract, meaning, agent) = meaning(of: extract, from: id) else {
            return HookAnswer()
        }
        launches[id]?.hooks.hear(meaning, happenedAt: extract.at, now: now())
        keepSession(of: extract, meaning, id)
        hookHappened(extract, of: id)
        tellHookStatus(id)
        guard let moment = meaning.mail, let mail = await hookMail(for: id, at: moment, over: connection),
            let print = agent.hookOutput(mail.text, for: extract.event)
        else { return HookAnswer() }
        launches[id]?.hooks.announced.formUnion(mail.announced)
        if moment == .turnEnd {
            launches[id]?.hooks.goesOn(at: now())
            tellHookStatus(id)
        }
        return HookAnswer(print: print, messages: mail.shown)
    }

    /// One that waited in the spool. It gives no mail: nobody reads what is printed.
    func hearLate(_ extract: HookExtract, of id: LaunchID) {
        guard let (extract, meaning, _) = meaning(of: extract, from: id),
            launches[id]?.hooks.hearLate(meaning, happenedAt: extract.at, now: now()) == true
        else { return }
        keepSession(of: extract, meaning, id)
        hookHappened(extract, of: id)
    }

    /// Its event and its tool; nothing else of it is kept.
    private func hookHappened(_ extract: HookExtract, of id: LaunchID) {
        guard let mesh = launches[id]?.record.mesh else { return }
        happened(.hook(event: extract.event, tool: extract.tool), in: mesh, by: id)
    }

    /// Nil for an event that is not this launch's agent's, or is longer than any hook of ours
    /// makes it.
    private func meaning(
        of extract: HookExtract, from id: LaunchID
    ) -> (HookExtract, HookMeaning, any Agent)? {
        guard let record = launches[id]?.record, record.agent == extract.agent else { return nil }
        let extract = extract.redacted
        guard extract.isBearable else { return nil }
        let agent = AgentCatalogue.agent(record.agent)
        return (extract, agent.meaning(of: extract), agent)
    }

    /// So that the launch can be resumed as what its agent calls itself now.
    private func keepSession(of extract: HookExtract, _ meaning: HookMeaning, _ id: LaunchID) {
        guard meaning.namesSession, !extract.isInSubagent, let session = extract.session,
            session != Redaction.mark, var record = launches[id]?.record,
            record.agentSession != session
        else { return }
        record.agentSession = session
        launches[id]?.record = record
        do throws(SkeinError) { try database.store(record) } catch {
            logger.error("a launch's session is not kept: \(error.message)")
        }
    }

    // MARK: - Status

    /// Tells the launch's broker what it does not know yet, by the launch's own link. One at a
    /// time: the newest replaces what has not been told.
    func tellHookStatus(_ id: LaunchID) {
        guard let launch = launches[id], launch.hooks.untold != nil, !launch.hooks.isTelling,
            let link = launch.link
        else { return }
        launches[id]?.hooks.isTelling = true
        Task { [weak self] in await self?.tellHookStatus(id, serial: launch.serial, by: link) }
    }

    private func tellHookStatus(_ id: LaunchID, serial: Int, by link: BrokerLink) async {
        while let launch = launches[id], launch.serial == serial, let status = launch.hooks.untold {
            launches[id]?.hooks.untold = nil
            do throws(SkeinError) {
                try await link.tell(status)
            } catch {
                guard launches[id]?.serial == serial else { return }
                // Told when the link is back, unless there is something newer by then.
                if launches[id]?.hooks.untold == nil { launches[id]?.hooks.untold = status }
                break
            }
        }
        guard launches[id]?.serial == serial else { return }
        launches[id]?.hooks.isTelling = false
    }

    /// The launch's link is live again, perhaps with a broker that has forgotten the session.
    func tellHookStatusAgain(_ id: LaunchID) {
        launches[id]?.hooks.repeatStatus(at: now())
        tellHookStatus(id)
    }
}

extension HookExtract {
    /// Without secrets of known shapes, whoever wrote the line.
    var redacted: HookExtract {
        var extract = self
        extract.agent = Redaction.clean(agent)
        extract.event = Redaction.clean(event)
        extract.session = session.map { Redaction.clean($0) }
        extract.tool = tool.map { Redaction.clean($0) }
        extract.detail = detail.map { Redaction.clean($0) }
        extract.project = project.map { Redaction.clean($0) }
        extract.model = model.map { Redaction.clean($0) }
        return extract
    }

    var isBearable: Bool {
        [agent, event, session, tool, detail, project, model].allSatisfy {
            ($0?.utf8.count ?? 0) <= 256
        }
    }
}
