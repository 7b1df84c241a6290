import Foundation
import MeshCrypto
import NIOCore

/// What presence costs: hellos, one change told to many, connections that do nothing.
struct PresenceBench {
    let skein: String
    let directory: String
    let load: LoadLoop
    let isQuick: Bool

    // MARK: - Fan-out

    /// One peer's summary changes; every watcher is told. The time until the last one was, the
    /// reading of all their frames by this one thread included.
    func fanOut() throws {
        try withBroker("fan-out") { broker, members in
            let count = isQuick ? 200 : 1000
            let changes = isQuick ? 10 : 50
            let watchers = try load.connect(count, port: broker.port) { MeshListener() }
            let peers = try load.connect(1, port: broker.port) { MeshListener() }
            try greet(watchers, members.reader, members, observes: true)
            try greet(peers, members.sender, members)
            guard let peer = peers.first else { return }
            let loop = load.loop
            let round = Round(watchers: count)
            try load.run {
                for watcher in watchers {
                    watcher.heard = { if $0.has(#""type":"presence_"#) { round.heard() } }
                }
            }
            // The snapshots.
            try load.wait(
                loop.flatSubmit {
                    let done = round.begin(on: loop)
                    for watcher in watchers { watcher.send(#"{"type":"watch_presence"}"#) }
                    return done
                }, for: "\(count) snapshots")
            var times = Histogram()
            var firsts = Histogram()
            for change in 0..<changes {
                // A lone change goes at once; one within 16 ms of another would not be alone.
                try load.pass(milliseconds: 50)
                let (first, last) = try load.wait(
                    loop.flatSubmit {
                        let done = round.begin(on: loop)
                        peer.send(#"{"type":"set_summary","summary":"change \#(change)"}"#)
                        return done.map { (round.first, round.last) }
                    }, for: "\(count) deltas")
                firsts.record(first)
                times.record(last)
            }
            print(
                String(
                    format: "\nPresence, one change to %d watchers, %d changes: the last is told "
                        + "after %.1f ms (p50), %.1f ms (p99); the first after %.1f ms (p50)",
                    count, changes, times.quantile(0.5), times.quantile(0.99),
                    firsts.quantile(0.5)))
        }
    }

    /// One change on its way to everybody. It lives on the load's thread.
    private final class Round: @unchecked Sendable {
        private let watchers: Int
        private var start: UInt64 = 0
        private var count = 0
        private var done: EventLoopPromise<Void>?
        private(set) var first: UInt64 = 0
        private(set) var last: UInt64 = 0

        init(watchers: Int) { self.watchers = watchers }

        func begin(on loop: any EventLoop) -> EventLoopFuture<Void> {
            let promise = loop.makePromise(of: Void.self)
            done = promise
            count = 0
            start = nanoseconds()
            return promise.futureResult
        }

        func heard() {
            guard done != nil else { return }
            count += 1
            if count == 1 { first = nanoseconds() - start }
            guard count == watchers else { return }
            last = nanoseconds() - start
            done?.succeed()
            done = nil
        }
    }

    // MARK: - Hellos and memory

    /// Hellos that were signed before, sixty-four under way at a time; then what so many
    /// connections hold in memory while nothing happens.
    func connections() throws {
        try withBroker("idle") { broker, members in
            let count = isQuick ? 500 : 5000
            // Those that come first bring in code and caches.
            let warm = try load.connect(100, port: broker.port) { MeshListener() }
            try greet(warm, members.reader, members)
            try load.pass(milliseconds: 500)
            let before = broker.memory
            let idle = try load.connect(count, port: broker.port) { MeshListener() }
            let hellos = idle.map { _ in members.hello(members.reader, session: .generate()) }
            let start = nanoseconds()
            try load.wait(send(hellos, from: idle), for: "\(count) hello_acks")
            let seconds = Double(nanoseconds() - start) / 1e9
            try load.pass(milliseconds: 2000)
            let each = Double(broker.memory - before) / Double(count)
            print(
                String(
                    format: "\nHello: %.0f per second (signatures checked, sessions kept)\n"
                        + "Memory: %.1f KiB per idle connection, at %d (%d MiB in all)",
                    Double(count) / seconds, each / 1024, count, broker.memory >> 20))
            try load.run { for connection in idle + warm { connection.close() } }
        }
    }

    private func send(
        _ hellos: [[UInt8]], from connections: [MeshListener]
    ) -> EventLoopFuture<Void> {
        let loop = load.loop
        let queue = HelloQueue(hellos, connections)
        return loop.flatSubmit {
            EventLoopFuture.andAllSucceed((0..<64).map { _ in queue.next(on: loop) }, on: loop)
        }
    }

    /// Hellos still to be said. It lives on the load's thread.
    private final class HelloQueue: @unchecked Sendable {
        private let hellos: [[UInt8]]
        private let connections: [MeshListener]
        private var place = 0

        init(_ hellos: [[UInt8]], _ connections: [MeshListener]) {
            self.hellos = hellos
            self.connections = connections
        }

        /// One after another until there are none left.
        func next(on loop: any EventLoop) -> EventLoopFuture<Void> {
            guard place < hellos.count else { return loop.makeSucceededVoidFuture() }
            defer { place += 1 }
            return connections[place].greet(hellos[place], on: loop).flatMap {
                self.next(on: loop)
            }
        }
    }

    // MARK: - Start

    /// From starting the program to its first answer that it is well.
    func start() throws {
        let count = isQuick ? 20_000 : 1_000_000
        let members = BenchMembers()
        let place = directory + "/start"
        try members.prepare(in: place)
        let empty = try startTime(place)
        try members.queue(count, in: place)
        let full = try startTime(place)
        let size = try FileManager.default.attributesOfItem(atPath: place + "/broker.db")[.size]
        print(
            String(
                format: "\nStart to the first /health: %.0f ms; with %d messages waiting %.0f ms "
                    + "(a store of %d MiB)",
                empty, count, full, (size as? Int ?? 0) >> 20))
    }

    private func startTime(_ place: String) throws -> Double {
        let start = nanoseconds()
        let broker = try ServerProcess.broker(skein, in: place)
        defer { broker.stop() }
        try broker.waitForHealth()
        return Double(nanoseconds() - start) / 1e6
    }

    // MARK: -

    private func withBroker(
        _ name: String, _ work: (ServerProcess, BenchMembers) throws -> Void
    ) throws {
        let members = BenchMembers()
        let place = directory + "/" + name
        try members.prepare(in: place)
        let broker = try ServerProcess.broker(skein, in: place)
        defer { broker.stop() }
        try broker.waitForHealth()
        try work(broker, members)
    }

    private func greet(
        _ connections: [MeshListener], _ member: BenchMembers.Member, _ members: BenchMembers,
        observes: Bool = false
    ) throws {
        let hellos = connections.map { _ in
            members.hello(member, session: observes ? nil : .generate(), observes: observes)
        }
        try load.wait(send(hellos, from: connections), for: "hello_ack")
    }
}
