import NIOCore
import NIOPosix
import Synchronization

/// Hands connections of loopback on to another port, until it is told to go deaf: what was
/// connected by then stays open and hears nothing any more, as when a network is gone.
final class Forwarder: Sendable {
    private struct State {
        var listening: (any Channel)?
        var generation = 0
    }
    private let state = Mutex(State())
    /// An element for each connection.
    let connections: AsyncStream<Void>
    private let connected: AsyncStream<Void>.Continuation

    var port: Int { state.withLock { $0.listening?.localAddress?.port } ?? 0 }
    fileprivate var generation: Int { state.withLock { $0.generation } }

    init(to port: @escaping @Sendable () -> Int) async throws {
        (connections, connected) = AsyncStream.makeStream(of: Void.self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { near in
                self.connected.yield()
                let generation = self.generation
                return ClientBootstrap(group: near.eventLoop).channelInitializer { far in
                    far.eventLoop.makeCompletedFuture {
                        try far.pipeline.syncOperations.addHandler(
                            Onward(to: near, self, generation))
                    }
                }.connect(host: "127.0.0.1", port: port()).flatMapThrowing { far in
                    try near.pipeline.syncOperations.addHandler(Onward(to: far, self, generation))
                    _ = near.setOption(.autoRead, value: true)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        state.withLock { $0.listening = channel }
    }

    func goDeaf() { state.withLock { $0.generation += 1 } }

    func stop() async { try? await state.withLock { $0.listening }?.close() }
}

private final class Onward: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    private let forwarder: Forwarder
    private let generation: Int

    init(to other: any Channel, _ forwarder: Forwarder, _ generation: Int) {
        self.other = other
        self.forwarder = forwarder
        self.generation = generation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard forwarder.generation == generation else { return }
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard forwarder.generation == generation else { return }
        other.close(promise: nil)
    }
}
