import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A server on loopback that does with each connection what a test says.
final class ScriptedServer: Sendable {
    enum Part: Sendable {
        /// Closes as soon as somebody connects.
        case closes
        /// Takes what comes and says nothing.
        case saysNothing
        /// Says this when something came, and no more.
        case says(String)
        /// Agrees to a WebSocket and answers one message after the other, `ID` being what the
        /// request is answered under; for nil it drops the connection.
        case answers([String?])
        /// Agrees to a WebSocket and answers the first message with these; then closes with a
        /// code, or stays.
        case speaks([String], close: UInt16? = nil, reason: String = "", answersPings: Bool = true)
    }

    private let channel: any Channel
    private let counter: Counter

    var port: Int { channel.localAddress?.port ?? 0 }
    /// How many have connected.
    var connections: Int { counter.now }

    /// `part` is asked with the number of each connection, from 1.
    static func run(
        _ part: @escaping @Sendable (Int) -> Part,
        _ work: (ScriptedServer) async throws -> Void
    ) async throws {
        let server = try await ScriptedServer(part)
        do { try await work(server) } catch {
            try? await server.channel.close()
            throw error
        }
        try? await server.channel.close()
    }

    private init(_ part: @escaping @Sendable (Int) -> Part) async throws {
        let counter = Counter()
        self.counter = counter
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                Self.play(part(counter.next()), on: channel)
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private static func play(_ part: Part, on channel: any Channel) -> EventLoopFuture<Void> {
        switch part {
        case .closes: channel.close()
        case .saysNothing: channel.eventLoop.makeSucceededVoidFuture()
        case .says(let text):
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(SpeakOnce(text))
            }
        case .speaks, .answers:
            channel.pipeline.configureHTTPServerPipeline(
                withServerUpgrade: (
                    upgraders: [
                        NIOWebSocketServerUpgrader(
                            shouldUpgrade: { channel, _ in
                                channel.eventLoop.makeSucceededFuture([:])
                            },
                            upgradePipelineHandler: { channel, _ in
                                channel.eventLoop.makeCompletedFuture {
                                    try channel.pipeline.syncOperations.addHandler(Speaker(part))
                                }
                            })
                    ], completionHandler: { _ in }))
        }
    }
}

final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }

    var now: Int { value.withLock { $0 } }
}

private final class SpeakOnce: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var text: String?

    init(_ text: String) { self.text = text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let said = text else { return }
        text = nil
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: said)), promise: nil)
    }
}

private final class Speaker: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame
    private let part: ScriptedServer.Part
    private var hasSpoken = false
    private var answered = 0

    init(_ part: ScriptedServer.Part) { self.part = part }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if case .answers(let answers) = part, frame.opcode == .text {
            return answer(answers, String(buffer: frame.unmaskedData), context)
        }
        guard case .speaks(let texts, let close, let reason, let answersPings) = part else {
            return
        }
        switch frame.opcode {
        case .ping where answersPings:
            send(.pong, frame.unmaskedData, context)
        case .text where !hasSpoken:
            hasSpoken = true
            for text in texts { send(.text, ByteBuffer(string: text), context) }
            guard let close else { return }
            var payload = ByteBuffer(integer: close)
            payload.writeString(reason)
            send(.connectionClose, payload, context)
        case .connectionClose: context.close(promise: nil)
        default: break
        }
    }

    private func answer(_ answers: [String?], _ message: String, _ context: ChannelHandlerContext) {
        guard answered < answers.count else { return }
        answered += 1
        guard let answer = answers[answered - 1] else { return context.close(promise: nil) }
        let id = message.components(separatedBy: #""_reqId":""#).last?.prefix { $0.isNumber } ?? ""
        let text = answer.replacingOccurrences(of: "ID", with: id)
        send(.text, ByteBuffer(string: text), context)
    }

    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }
}
