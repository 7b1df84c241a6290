import Foundation
import MeshCrypto
import NIOCore

/// Durable direct messages, each sender waiting for one to be safe before it sends the next,
/// beside what a user would compare with: the same bodies, as many connections, the same disk.
struct DeliveryBench {
    let skein: String
    let directory: String
    let load: LoadLoop
    let isQuick: Bool

    private struct Case {
        var connections: Int
        var body: Int
    }

    private var cases: [Case] {
        let bodies = isQuick ? [100] : [100, 1024, 16_384]
        return bodies.flatMap { body in
            [1, 10, 100].map { Case(connections: $0, body: body) }
        }
    }

    private var seconds: Double { isQuick ? 1 : 3 }

    /// What is measured beside, and how it keeps what it acknowledges.
    private struct Other {
        var name: String
        var server: ServerProcess
        var senders: (LoadLoop, _ connections: Int, _ body: Int) throws -> [any ClosedLoop]
        /// Throws away what it holds.
        var clear: (LoadLoop) throws -> Void
    }

    func run() throws {
        let members = BenchMembers()
        try members.prepare(in: directory + "/skein")
        let broker = try ServerProcess.broker(skein, in: directory + "/skein")
        defer { broker.stop() }
        try broker.waitForHealth()
        let others = [
            other("redis") { try redis() },
            other("jetstream") { try nats("jetstream", syncs: nil) },
            other("jetstream-sync") { try nats("jetstream-sync", syncs: "always") },
        ].compactMap { $0 }
        defer { for other in others { other.server.stop() } }
        print(
            """

            Durable direct messages, closed loop, \(seconds) s each: per second, and milliseconds \
            (p50 / p99 / p99.9)
              skein            clients of old: synced before its ack; push: until the recipient \
            has it
              skein/1          the same with Skein's own clients; shown: until the sender knows \
            that it was
              redis            XADD, --appendfsync always: synced before its answer
              jetstream        file store, sync_interval not set: acks before it syncs, within \
            2 min
              jetstream-sync   file store, sync_interval always: synced before its ack
            """)
        for one in cases {
            print("\n\(one.connections) connections, \(one.body) bytes")
            let ours = try measureBroker(broker, members, one, speaksSkein: false)
            show("skein", ours, beside: nil)
            print(line("", "push", ours.pushes))
            let own = try measureBroker(broker, members, one, speaksSkein: true)
            show("skein/1", own, beside: nil)
            print(line("", "push", own.pushes))
            print(line("", "shown", own.showns))
            for other in others {
                let senders = try other.senders(load, one.connections, one.body)
                let meter = try load.measure(senders, seconds: seconds)
                show(other.name, meter, beside: ours)
                try load.run { for sender in senders { sender.close() } }
                try other.clear(load)
            }
        }
        print("\nthe broker's memory after all that: \(broker.memory >> 20) MiB")
    }

    private func measureBroker(
        _ broker: ServerProcess, _ members: BenchMembers, _ one: Case, speaksSkein: Bool
    ) throws -> Meter {
        let senders = try load.connect(one.connections, port: broker.port) { MeshSender() }
        let readers = try load.connect(one.connections, port: broker.port) { MeshListener() }
        defer {
            _ = try? load.run { for connection in senders + readers { connection.leave() } }
            _ = try? load.pass(milliseconds: 200)
        }
        let loop = load.loop
        var greetings: [EventLoopFuture<Void>] = []
        for (sender, reader) in zip(senders, readers) {
            let target = SigningKeys.generate()
            let toRead = members.hello(
                members.reader, session: target, speaksSkein: speaksSkein)
            let toSend = members.hello(
                members.sender, session: .generate(), speaksSkein: speaksSkein)
            let body = one.body
            greetings += try load.run {
                sender.prepare(target: target.publicKey.hex, body: body)
                reader.heard = { [unowned reader] message in
                    // Not what the broker itself tells of peers.
                    let isMail = message.has(#""type":"push""#) && !message.has(#""subtype""#)
                    guard isMail else { return }
                    sender.delivered()
                    if speaksSkein { reader.show(message) }
                }
                return [reader.greet(toRead, on: loop), sender.greet(toSend, on: loop)]
            }
        }
        _ = try load.wait(EventLoopFuture.andAllSucceed(greetings, on: loop), for: "hello_ack")
        return try load.measure(senders, seconds: seconds)
    }

    /// Nil, and said, where it cannot be had here.
    private func other(_ name: String, _ start: () throws -> Other) -> Other? {
        do {
            return try start()
        } catch {
            print("\(name) is not compared with: \(error)")
            return nil
        }
    }

    private func redis() throws -> Other {
        let program = try find("redis-server")
        let server = try ServerProcess.redis(program, in: directory + "/redis")
        return Other(
            name: "redis", server: server,
            senders: { load, count, body in
                try load.connect(count, port: server.port) { RedisLoad(body: body) }
            },
            clear: { load in
                guard let one = try load.connect(1, port: server.port, { RedisLoad(body: 1) }).first
                else { return }
                try load.run { one.clear() }
                try load.pass(milliseconds: 200)
                try load.run { one.close() }
            })
    }

    private func nats(_ name: String, syncs: String?) throws -> Other {
        let program = try find("nats-server")
        let server = try ServerProcess.nats(program, in: directory + "/" + name, syncs: syncs)
        guard let one = try load.connect(1, port: server.port, { NatsLoad(body: 1) }).first
        else { throw BenchFailure("no connection") }
        let loop = load.loop
        func ask(_ work: @escaping @Sendable () -> EventLoopFuture<String>) throws {
            let answer = try load.wait(loop.flatSubmit(work), for: "JetStream")
            if answer.contains("\"error\"") { throw BenchFailure(answer) }
        }
        try ask { one.createStream(on: loop) }
        return Other(
            name: name, server: server,
            senders: { load, count, body in
                try load.connect(count, port: server.port) { NatsLoad(body: body) }
            },
            clear: { _ in try ask { one.clear(on: loop) } })
    }

    private func find(_ program: String) throws -> String {
        let path = ["/usr/local/bin/", "/usr/bin/", "/usr/sbin/", "/opt/homebrew/bin/"]
            .map { $0 + program }.first { access($0, X_OK) == 0 }
        guard let path else { throw BenchFailure("no \(program) here") }
        return path
    }

    // MARK: - Telling

    private func show(_ name: String, _ meter: Meter, beside ours: Meter?) {
        let ratio = ours.map { String(format: "   skein is %.2f times that", $0.rate / meter.rate) }
        print(line(name, String(format: "%.0f/s", meter.rate), meter.acks) + (ratio ?? ""))
    }

    private func line(_ name: String, _ figure: String, _ times: Histogram) -> String {
        let left = "  " + name.padding(toLength: 16, withPad: " ", startingAt: 0)
        let right = String(repeating: " ", count: max(0, 10 - figure.count)) + figure
        return left + right
            + String(
                format: "   %8.2f / %8.2f / %8.2f", times.quantile(0.5), times.quantile(0.99),
                times.quantile(0.999))
    }
}
