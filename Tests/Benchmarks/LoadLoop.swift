import CTestSupport
import Foundation
import NIOCore
import NIOPosix

/// Where load comes from: one thread for all its connections, so that the other core is the
/// server's, and nothing of it needs a lock.
final class LoadLoop {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop: any EventLoop

    init() { loop = group.next() }

    func shutDown() { try? group.syncShutdownGracefully() }

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) throws -> Value {
        try loop.submit(work).wait()
    }

    /// Waits for `future`, for no longer than that.
    func wait<Value: Sendable>(
        _ future: EventLoopFuture<Value>, seconds: Int64 = 60, for what: String
    ) throws -> Value {
        let promise = loop.makePromise(of: Value.self)
        let limit = loop.scheduleTask(in: .seconds(seconds)) {
            promise.fail(BenchFailure("nothing came within \(seconds) s: \(what)"))
        }
        future.cascade(to: promise)
        defer { limit.cancel() }
        return try promise.futureResult.wait()
    }

    /// Lets that much time pass on the loop.
    func pass(milliseconds: Int64) throws {
        try loop.scheduleTask(in: .milliseconds(milliseconds)) {}.futureResult.wait()
    }

    /// Opens connections, a hundred at a time: a backlog is no part of what is measured.
    func connect<Connection: LoadConnection>(
        _ count: Int, port: Int, _ make: @escaping @Sendable () -> Connection
    ) throws -> [Connection] {
        var connections: [Connection] = []
        while connections.count < count {
            let opened = (0..<min(100, count - connections.count)).map { _ in
                connectOne(port: port, make)
            }
            connections += try wait(
                EventLoopFuture.whenAllSucceed(opened, on: loop), for: "\(count) connections")
        }
        return connections
    }

    private func connectOne<Connection: LoadConnection>(
        port: Int, _ make: @escaping @Sendable () -> Connection
    ) -> EventLoopFuture<Connection> {
        let loop = loop
        return loop.flatSubmit {
            let connection = make()
            connection.ready = loop.makePromise()
            return ClientBootstrap(group: loop)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelInitializer { $0.pipeline.addHandler(connection) }
                .connect(host: "127.0.0.1", port: port)
                .flatMap { _ in connection.ready?.futureResult ?? loop.makeSucceededVoidFuture() }
                .map { connection }
        }
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

func nanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

/// One client: bytes in, bytes out. It lives on the load's thread alone, from its making on.
class LoadConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Kept when the connection can be used.
    var ready: EventLoopPromise<Void>?
    private var context: ChannelHandlerContext?
    private var input = ByteBuffer()

    /// Says what comes first.
    func opened() {}

    /// Takes what is whole from the front of the input; answers how many bytes that was.
    func take(_ bytes: UnsafeRawBufferPointer) -> Int { bytes.count }

    /// The connection ended; by whom is not known.
    func ended() {}

    final func write(_ bytes: [UInt8]) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: bytes.count)
        buffer.writeBytes(bytes)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    final func close() { context?.close(promise: nil) }

    final func channelActive(context: ChannelHandlerContext) {
        self.context = context
        opened()
    }

    final func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        input.writeBuffer(&part)
        while input.readableBytes > 0 {
            let taken = input.withUnsafeReadableBytes { take($0) }
            if taken == 0 { return }
            input.moveReaderIndex(forwardBy: taken)
        }
        input.clear()
    }

    final func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        ready?.fail(BenchFailure("the connection was closed"))
        ended()
    }

    final func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether `text` is somewhere in these bytes.
    func has(_ text: StaticString) -> Bool {
        guard let start = baseAddress else { return false }
        return support_find(start, count, text.utf8Start, text.utf8CodeUnitCount) >= 0
    }

    /// The place of the first line's end, its CR LF not counted.
    var lineEnd: Int? {
        guard let start = baseAddress else { return nil }
        let place = support_find(start, count, "\r\n", 2)
        return place < 0 ? nil : place
    }

    /// What stands between `start` and the next quotation mark.
    func value(after start: StaticString) -> String? {
        guard let base = baseAddress else { return nil }
        let place = support_find(base, count, start.utf8Start, start.utf8CodeUnitCount)
        guard place >= 0 else { return nil }
        let rest = self[(place + start.utf8CodeUnitCount)...]
        return UnsafeRawBufferPointer(rebasing: rest.prefix { $0 != UInt8(ascii: "\"") }).text
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}

/// What one run of a load came to. It lives on the load's thread.
final class Meter: @unchecked Sendable {
    let start: UInt64
    let end: UInt64
    /// From sending to the answer that it is safe.
    private(set) var acks = Histogram()
    /// From sending to the recipient's having it.
    private(set) var pushes = Histogram()
    /// From sending to being told that the recipient has shown it.
    private(set) var showns = Histogram()
    /// The first thing that went wrong.
    var failure: String?

    /// `warmUp` seconds are not counted.
    init(warmUp: Double, seconds: Double) {
        start = nanoseconds() + UInt64(warmUp * 1e9)
        end = start + UInt64(seconds * 1e9)
    }

    func acked(sentAt: UInt64, at now: UInt64) {
        if now >= start && now < end { acks.record(now - sentAt) }
    }

    func pushed(sentAt: UInt64, at now: UInt64) {
        if now >= start && now < end { pushes.record(now - sentAt) }
    }

    func shown(sentAt: UInt64, at now: UInt64) {
        if now >= start && now < end { showns.record(now - sentAt) }
    }

    var rate: Double { Double(acks.count) / (Double(end - start) / 1e9) }
}

/// A client that sends the next one when the one before is safe.
protocol ClosedLoop: LoadConnection {
    func begin(_ meter: Meter)
}

extension LoadLoop {
    /// Has all of them send for that long.
    func measure(
        _ senders: [any ClosedLoop], warmUp: Double = 0.5, seconds: Double
    ) throws -> Meter {
        let meter = try run {
            let meter = Meter(warmUp: warmUp, seconds: seconds)
            for sender in senders { sender.begin(meter) }
            return meter
        }
        // And a moment for what is under way.
        try pass(milliseconds: Int64((warmUp + seconds) * 1000) + 300)
        if let failure = try run({ meter.failure }) { throw BenchFailure(failure) }
        guard meter.acks.count > 0 else { throw BenchFailure("nothing was acknowledged") }
        return meter
    }
}
