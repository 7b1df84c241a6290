import Foundation
import Mesh
import MeshProtocol
import NIOCore

/// One program's connection: the greeting, then a reply to each request as it is ready.
struct RelayConnection: Sendable {
    let server: RelayServer
    let channel: RelayListener.Connection
    let number: ConnectionNumber
    /// The process at the other end, where the system says.
    let process: Int32?
    /// Requests of one connection that are worked on at once; further ones wait unread.
    static let mostAtOnce = 16

    func serve() async throws {
        try await channel.executeThenClose { inbound, _ in
            try await send(try JSONEncoder().encode(await server.greeting))
            await withTaskGroup(of: Void.self) { group in
                var running = 0
                do {
                    for try await line in inbound {
                        let data = Data(line.readableBytesView)
                        guard
                            let head = try? JSONDecoder().decode(RelayRequestHead.self, from: data)
                        else {
                            await refuse("that line is not a request", to: 0)
                            break
                        }
                        if running == Self.mostAtOnce {
                            await group.next()
                            running -= 1
                        }
                        running += 1
                        group.addTask { await answer(head, data) }
                    }
                } catch is RelayLineDecoder.LineTooLong {
                    await refuse("that line is too long", to: 0)
                } catch {
                    // The other side is gone.
                }
                group.cancelAll()
            }
        }
    }

    private func answer(_ head: RelayRequestHead, _ line: Data) async {
        do {
            let asker: Asker
            do throws(SkeinError) {
                asker = Asker(
                    speaker: try await server.speaker(proof: head.launch, process: process),
                    connection: number)
            } catch {
                return try await send(failure: error, to: head.id)
            }
            if head.ask == WatchMesh.word {
                let request = try JSONDecoder().decode(RelayRequest<WatchMesh>.self, from: line)
                return try await watch(request.with, id: head.id, for: asker)
            }
            guard let deed = RelayDeeds.byWord[head.ask] else {
                let word = head.ask.prefix(64)
                return await refuse("it does not know what “\(word)” is", to: head.id)
            }
            guard
                let reply = await RelayDeeds.reply(
                    to: deed, head, line: line, on: server, for: asker)
            else { return await refuse("the answer cannot be told", to: head.id) }
            try await send(reply)
            if deed == StopRelay.self, asker.speaker == .person { await server.finish() }
        } catch {
            channel.channel.close(promise: nil)
        }
    }

    private func watch(_ question: WatchMesh, id: Int, for asker: Asker) async throws {
        let observer: MeshObserver
        do throws(SkeinError) {
            // As `ListEvents`: in what happens are the beginnings of others' mail.
            if question.topics.contains(.events), asker.launch != nil { throw Asker.notThePerson }
            observer = try await server.observer(of: question.mesh)
        } catch {
            return try await send(failure: error, to: id)
        }
        let feed = await observer.attach(topics: question.topics, for: asker.speaker)
        if question.topics.contains(.mail) { await server.mailChanged(in: question.mesh) }
        while true {
            switch await feed.next() {
            case .event(let event):
                do {
                    // Waits for as long as the watcher does not read.
                    try await send(JSONEncoder().encode(RelayReply<Done>(id: id, event: event)))
                } catch {
                    await observer.detach(feed)
                    throw error
                }
            case .behind:
                await observer.resynchronize(feed)
                await server.mailChanged(in: question.mesh)
            case .ended:
                await observer.detach(feed)
                return
            }
        }
    }

    private func refuse(_ sentence: String, to id: Int) async {
        try? await send(failure: SkeinError(.relayRefused, sentence), to: id)
    }

    private func send(failure: SkeinError, to id: Int) async throws {
        try await send(JSONEncoder().encode(RelayReply<Done>(id: id, failed: failure)))
    }

    /// Returns when the system has taken the whole line, so that who does not read is waited for.
    private func send(_ data: Data) async throws {
        var line = ByteBuffer(bytes: data)
        line.writeInteger(UInt8(0x0A))
        try await channel.channel.writeAndFlush(line)
    }
}
