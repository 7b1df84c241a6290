import MeshProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

extension BrokerSocket {
    /// Answers once the broker has agreed to a WebSocket: straight or by a proxy's tunnel, with
    /// TLS or without.
    static func open(
        _ endpoint: BrokerEndpoint, by network: NetworkSettings = .plain,
        agreeingWithin limit: TimeAmount = agreementLimit, attempt: OpeningAttempt? = nil
    ) async throws(SkeinError) -> BrokerSocket {
        let proxy = try network.proxies.proxy(for: endpoint)
        let tls = endpoint.isSecure ? try network.trust.context() : nil
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let opening = Opening(
            endpoint: endpoint, proxy: proxy, tls: tls, limit: limit,
            continuation: continuation)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(connectLimit)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(
                .writeBufferWaterMark, value: .init(low: outboundLimit / 2, high: outboundLimit))
        do {
            let upgrade = try await bootstrap.connect(
                host: proxy?.host ?? endpoint.host, port: proxy?.port ?? endpoint.port
            ) { channel in
                attempt?.add(channel)
                return channel.eventLoop.makeCompletedFuture { try opening.begin(on: channel) }
            }
            return BrokerSocket(events: events, channel: try await upgrade.get())
        } catch {
            continuation.finish()
            // It may have been the roots that were wrong.
            if endpoint.isSecure { network.trust.forget() }
            let reason = opening.first.noted?.reason ?? OpeningFailure.words(error)
            if let proxy, error is NIOConnectionError || error is ChannelError,
                opening.first.noted == nil
            {
                throw unreachable(endpoint, "the proxy at \(proxy): \(reason)")
            }
            throw unreachable(endpoint, reason)
        }
    }
}

/// A connection that is being made, so that it can be given up for a better one.
final class OpeningAttempt: Sendable {
    private let state = Mutex((channels: [any Channel](), isGivenUp: false))

    /// A host of several addresses has several channels.
    func add(_ channel: any Channel) {
        let isGivenUp = state.withLock { state in
            state.channels.append(channel)
            return state.isGivenUp
        }
        if isGivenUp { channel.close(promise: nil) }
    }

    /// What is being made fails now.
    func giveUp() {
        let channels = state.withLock { state in
            state.isGivenUp = true
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
    }
}

/// The steps from a connected channel to a WebSocket.
private struct Opening: Sendable {
    let endpoint: BrokerEndpoint
    let proxy: Proxy?
    let tls: NIOSSLContext?
    let limit: TimeAmount
    let continuation: AsyncStream<BrokerSocket.Event>.Continuation
    let first = FirstFailure()

    /// On the channel's loop, before it is connected.
    func begin(on channel: any Channel) throws -> EventLoopFuture<any Channel> {
        let deadline = channel.eventLoop.scheduleTask(in: limit) {
            first.note(OpeningFailure(reason: "it does not answer"))
            channel.close(promise: nil)
        }
        let ready: EventLoopFuture<any Channel>
        if let proxy {
            let opened = channel.eventLoop.makePromise(of: Void.self)
            try channel.pipeline.syncOperations.addHandler(
                ProxyTunnel(proxy, to: endpoint.authority, opened: opened))
            ready = opened.futureResult.assumeIsolated().flatMap {
                do {
                    return try upgrade(channel)
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
            }.nonisolated()
        } else {
            ready = try upgrade(channel)
        }
        return ready.always { result in
            deadline.cancel()
            if case .failure(let error) = result {
                if let failure = error as? OpeningFailure { first.note(failure) }
                channel.close(promise: nil)
            }
        }
    }

    private func upgrade(_ channel: any Channel) throws -> EventLoopFuture<any Channel> {
        if let tls {
            // An address is no name: the certificate is compared with the address itself.
            let name = HostAddress(endpoint.host) == nil ? endpoint.host : nil
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: name)
            try channel.pipeline.syncOperations.addHandlers(handler, TLSWitness(handler, first))
        }
        let upgrader = NIOTypedWebSocketClientUpgrader(
            maxFrameSize: FrameLimits.serverFrame, enableAutomaticErrorHandling: false,
            upgradePipelineHandler: { [continuation] channel, _ in
                channel.setOption(.autoRead, value: false).flatMapThrowing {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        IdleStateHandler(readTimeout: BrokerSocket.silenceLimit))
                    try pipeline.addHandler(MessageReader(continuation))
                    return channel
                }
            })
        let headers: HTTPHeaders = ["host": endpoint.hostHeader, "content-length": "0"]
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: endpoint.path, headers: headers)
        let configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration<any Channel>(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeFailedFuture(
                        OpeningFailure(reason: "what answers there is no broker"))
                }))
        return try channel.pipeline.syncOperations
            .configureUpgradableHTTPClientPipeline(configuration: configuration)
    }
}
