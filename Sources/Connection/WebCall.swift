import MeshProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// One request to a broker's pages.
public struct WebRequest: Sendable {
    public enum Method: String, Sendable { case get = "GET", post = "POST", delete = "DELETE" }

    public enum Body: Sendable {
        case none
        /// `application/x-www-form-urlencoded`, in this order.
        case form([(String, String)])
        case json(JSONValue)
    }

    public var method: Method
    /// Below the server's prefix: `/oauth/token`.
    public var path: String
    public var body: Body
    /// What goes into the `Authorization` header.
    public var bearer: String?

    public init(_ method: Method, _ path: String, body: Body = .none, bearer: String? = nil) {
        self.method = method
        self.path = path
        self.body = body
        self.bearer = bearer
    }

    var encoded: (bytes: [UInt8], type: String?) {
        switch body {
        case .none: ([], nil)
        case .form(let fields):
            (
                Array(
                    fields.map { Self.escaped($0) + "=" + Self.escaped($1) }
                        .joined(separator: "&").utf8), "application/x-www-form-urlencoded"
            )
        case .json(let value): (Array(value.canonical.utf8), "application/json")
        }
    }

    /// Everything but what RFC 3986 calls unreserved, by its bytes.
    public static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            }
        }.joined()
    }
}

/// What came back, whatever it is: nothing of it has been believed yet.
public struct WebAnswer: Equatable, Sendable {
    public var status: Int
    /// In lower case, without its parameters; empty where none was given.
    public var type: String
    /// Of a redirect, which is not followed.
    public var location: String?
    /// Seconds, from `Retry-After`.
    public var retryAfter: Int?
    public var body: [UInt8]

    public init(
        status: Int, type: String, location: String? = nil, retryAfter: Int? = nil, body: [UInt8]
    ) {
        self.status = status
        self.type = type
        self.location = location
        self.retryAfter = retryAfter
        self.body = body
    }

    /// The longest body that is taken, in bytes.
    public static let longest = 64 << 10
}

/// Asks a broker's pages: straight or by a proxy's tunnel, with TLS or without. One connection a
/// request; nothing is kept, and no redirect is followed.
public struct WebCall: Sendable {
    /// Why there is no answer: the end of “… cannot be reached: ”.
    public struct Failure: Error, Equatable, Sendable {
        public var reason: String

        public init(reason: String) { self.reason = reason }
    }

    private let address: WebAddress
    private let network: NetworkSettings

    public init(_ address: WebAddress, by network: NetworkSettings) {
        self.address = address
        self.network = network
    }

    /// From the first look for the host to the last byte it takes `limit` at most. A task that is
    /// cancelled ends the connection.
    public func send(
        _ request: WebRequest, within limit: Duration
    ) async throws(Failure) -> WebAnswer {
        let endpoint = address.endpoint
        let first = FirstFailure()
        let attempt = OpeningAttempt()
        do {
            let asking = Asking(
                address: address, request: request, proxy: try network.proxies.way(to: endpoint),
                tls: endpoint.isSecure ? try network.trust.context() : nil, first: first)
            return try await withTaskCancellationHandler {
                try await asking.answer(within: limit, attempt)
            } onCancel: {
                attempt.giveUp()
            }
        } catch let error as SkeinError {
            throw Failure(reason: error.message)
        } catch {
            // It may have been the roots that were wrong.
            if endpoint.isSecure { network.trust.forget() }
            throw Failure(reason: first.noted?.reason ?? OpeningFailure.words(error))
        }
    }
}

/// The steps from a connected channel to an answer.
private struct Asking: Sendable {
    let address: WebAddress
    let request: WebRequest
    let proxy: Proxy?
    let tls: NIOSSLContext?
    let first: FirstFailure

    func answer(within limit: Duration, _ attempt: OpeningAttempt) async throws -> WebAnswer {
        let milliseconds = Int64(limit / .milliseconds(1))
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answered = loop.makePromise(of: WebAnswer.self)
        // One answer, or one failure, whichever comes first.
        let once = AnswerOnce(answered)
        let alarm = loop.scheduleTask(in: .milliseconds(milliseconds)) {
            first.note(OpeningFailure(reason: "it does not answer"))
            once.fail(ChannelError.eof)
            attempt.giveUp()
        }
        defer { alarm.cancel() }
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(.milliseconds(min(milliseconds, 5000)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                attempt.add(channel)
                return channel.eventLoop.makeCompletedFuture { try begin(on: channel, once) }
            }
            .connect(host: proxy?.host ?? address.host, port: proxy?.port ?? address.port)
        connecting.whenFailure { error in
            if let proxy, first.noted == nil {
                first.note(
                    OpeningFailure(reason: "the proxy at \(proxy): \(OpeningFailure.words(error))"))
            }
            once.fail(error)
        }
        let answer = try await answered.futureResult.get()
        attempt.giveUp()
        return answer
    }

    /// On the channel's loop, before it is connected.
    private func begin(on channel: any Channel, _ once: AnswerOnce) throws {
        guard let proxy else { return try speak(on: channel, once) }
        let opened = channel.eventLoop.makePromise(of: Void.self)
        try channel.pipeline.syncOperations.addHandler(
            ProxyTunnel(proxy, to: address.endpoint.authority, opened: opened))
        opened.futureResult.assumeIsolated().whenComplete { result in
            do {
                try result.get()
                try speak(on: channel, once)
            } catch {
                if let failure = error as? OpeningFailure { first.note(failure) }
                once.fail(error)
                channel.close(promise: nil)
            }
        }
    }

    private func speak(on channel: any Channel, _ once: AnswerOnce) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            // An address is no name: the certificate is compared with the address itself.
            let name = HostAddress(address.host) == nil ? address.host : nil
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: name)
            try pipeline.addHandlers(handler, TLSWitness(handler, first))
        }
        try pipeline.addHTTPClientHandlers()
        try pipeline.addHandler(AnswerReader(address, request, once, first))
    }
}

/// Whoever comes first, the answer or a failure.
private final class AnswerOnce: Sendable {
    private let promise: Mutex<EventLoopPromise<WebAnswer>?>

    init(_ promise: EventLoopPromise<WebAnswer>) { self.promise = Mutex(promise) }

    func succeed(_ answer: WebAnswer) { take()?.succeed(answer) }
    func fail(_ error: any Error) { take()?.fail(error) }

    private func take() -> EventLoopPromise<WebAnswer>? {
        promise.withLock { promise in
            defer { promise = nil }
            return promise
        }
    }
}

/// Says the request as soon as it can, and takes the answer, no more of it than may be.
private final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let address: WebAddress
    private let request: WebRequest
    private let once: AnswerOnce
    private let first: FirstFailure
    private var isAsked = false
    private var answer: WebAnswer?

    init(_ address: WebAddress, _ request: WebRequest, _ once: AnswerOnce, _ first: FirstFailure) {
        self.address = address
        self.request = request
        self.once = once
        self.first = first
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { ask(context) }
    }

    func channelActive(context: ChannelHandlerContext) { ask(context) }

    private func ask(_ context: ChannelHandlerContext) {
        guard !isAsked else { return }
        isAsked = true
        let (body, type) = request.encoded
        var headers: HTTPHeaders = [
            "host": address.endpoint.hostHeader, "accept": "application/json",
            "user-agent": "skein", "connection": "close",
        ]
        if let type { headers.add(name: "content-type", value: type) }
        if !body.isEmpty || request.method == .post {
            headers.add(name: "content-length", value: String(body.count))
        }
        if let bearer = request.bearer {
            headers.add(name: "authorization", value: "Bearer " + bearer)
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method.rawValue),
            uri: address.prefix + request.path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let type = head.headers.first(name: "content-type") ?? ""
            answer = WebAnswer(
                status: Int(head.status.code),
                type: type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased(),
                location: head.headers.first(name: "location"),
                retryAfter: head.headers.first(name: "retry-after").flatMap(Int.init), body: [])
        case .body(let buffer):
            guard let soFar = answer?.body.count,
                soFar + buffer.readableBytes <= WebAnswer.longest
            else {
                first.note(
                    OpeningFailure(
                        reason: "it answers with more than \(WebAnswer.longest >> 10) KiB"))
                return end(context, ChannelError.eof)
            }
            answer?.body += buffer.readableBytesView
        case .end:
            if let answer { once.succeed(answer) }
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        once.fail(ChannelError.eof)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError {
            first.note(OpeningFailure(reason: "what answers there does not speak HTTP"))
        }
        end(context, error)
    }

    private func end(_ context: ChannelHandlerContext, _ error: any Error) {
        once.fail(error)
        context.close(promise: nil)
    }
}
