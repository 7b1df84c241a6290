import Foundation
import Mesh
import MeshProtocol
import NIOCore

/// One program's connection: the greeting, then a reply to each request as it is ready.
struct RelayConnection: Sendable {
    let server: RelayServer
    let channel: RelayListener.Connection
    /// Requests of one connection that are worked on at once; further ones wait unread.
    static let mostAtOnce = 16

    func serve() async throws {
        try await channel.executeThenClose { inbound, _ in
            try await send(await server.greeting)
            await withTaskGroup(of: Void.self) { group in
                var running = 0
                do {
                    for try await line in inbound {
                        guard let request = Self.request(line) else {
                            await refuse("that line is not a request")
                            break
                        }
                        if running == Self.mostAtOnce {
                            await group.next()
                            running -= 1
                        }
                        running += 1
                        group.addTask { await answer(request) }
                    }
                } catch is RelayLineDecoder.LineTooLong {
                    await refuse("that line is too long")
                } catch {
                    // The other side is gone.
                }
                group.cancelAll()
            }
        }
    }

    private func answer(_ request: RelayRequest) async {
        do {
            if case .watch(let mesh) = request.verb {
                try await watch(mesh, id: request.id)
            } else {
                let body = await server.answer(request.verb)
                try await send(RelayReply(id: request.id, body: body))
                if case .stop = request.verb { await server.finish() }
            }
        } catch {
            channel.channel.close(promise: nil)
        }
    }

    private func watch(_ mesh: MeshID, id: Int) async throws {
        let observer: MeshObserver
        do throws(SkeinError) {
            observer = try await server.observer(of: mesh)
        } catch {
            return try await send(RelayReply(id: id, body: .failed(error)))
        }
        let feed = await observer.attach()
        while true {
            switch await feed.next() {
            case .event(let event):
                do {
                    // Waits for as long as the watcher does not read.
                    try await send(RelayReply(id: id, body: .event(event)))
                } catch {
                    await observer.detach(feed)
                    throw error
                }
            case .behind: await observer.resynchronize(feed)
            case .ended:
                await observer.detach(feed)
                return
            }
        }
    }

    private static func request(_ line: ByteBuffer) -> RelayRequest? {
        try? JSONDecoder().decode(RelayRequest.self, from: Data(line.readableBytesView))
    }

    private func refuse(_ sentence: String) async {
        let error = SkeinError(.relayRefused, sentence)
        try? await send(RelayReply(id: 0, body: .failed(error)))
    }

    /// Returns when the system has taken the whole line, so that who does not read is waited for.
    private func send(_ value: some Encodable) async throws {
        var line = ByteBuffer(bytes: try JSONEncoder().encode(value))
        line.writeInteger(UInt8(0x0A))
        try await channel.channel.writeAndFlush(line)
    }
}
