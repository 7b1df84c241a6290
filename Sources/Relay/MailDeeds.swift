import Mesh
import MeshProtocol

extension SendMessage: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> SentMessage {
        try await relay.send(self, for: asker)
    }
}

extension FindMessage: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> MailReport {
        try await relay.find(self, for: asker)
    }
}

extension TakeInbox: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> InboxBatch {
        try await relay.takeInbox(self, for: asker)
    }
}

extension ConfirmShown: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        try await relay.confirmShown(messages, for: asker)
        return Done()
    }
}

extension ListQueue: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> [MailReport] {
        try await relay.queue(self, for: asker)
    }
}

extension RetryMessage: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        try await relay.retry(id, for: asker)
        return Done()
    }
}

extension CancelMessage: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        try await relay.cancel(id, for: asker)
        return Done()
    }
}

extension SyncMail: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> [MeshHealth] {
        try await relay.sync(self, for: asker)
    }
}

extension SetMailMode: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> MailMode {
        try await relay.setMailMode(self, for: asker)
    }
}
