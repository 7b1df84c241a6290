import BrokerEngine
import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Metrics")
struct MetricsPageTests {
    static let series = [
        "broker_connections_total": "counter", "broker_connections_rejected_total": "counter",
        "broker_connections_active": "gauge", "broker_messages_routed_total": "counter",
        "broker_messages_rejected_total": "counter", "broker_queue_depth": "gauge",
        "broker_queue_age_seconds": "gauge", "broker_ttl_sweeps_total": "counter",
        "broker_hook_requests_total": "counter",
        "broker_hook_requests_rate_limited_total": "counter", "broker_db_healthy": "gauge",
        "broker_messages_dropped_by_grant_total": "counter",
        "broker_legacy_auth_hits_total": "counter", "broker_lease_expiries_total": "counter",
        "broker_delivery_latency_seconds": "histogram",
        "broker_store_commit_seconds": "histogram",
    ]

    @Test("every series has its help and its type before its samples, and zeroes are printed")
    func zeroes() {
        let lines = MetricsText.page(BrokerMetrics(), active: 0).split(separator: "\n")
        for (name, kind) in Self.series {
            let help = lines.firstIndex { $0.hasPrefix("# HELP \(name) ") }
            let type = lines.firstIndex(of: "# TYPE \(name) \(kind)")
            let sample = lines.firstIndex {
                $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name)_bucket{")
            }
            #expect((help ?? .max) < (type ?? -1) && (type ?? .max) < (sample ?? -1), "\(name)")
            if kind == "counter" { #expect(lines.contains("\(name) 0")) }
        }
        #expect(lines.filter { $0.hasPrefix("# TYPE") }.count == Self.series.count)
    }

    @Test("counters count, labels are apart, gauges are as they were last")
    func counting() {
        var metrics = BrokerMetrics()
        metrics.routed(.now)
        metrics.routed(.now)
        metrics.routed(.low)
        metrics.rejected("a\"b\\c\nd")
        metrics.dropped(byGrant: .dm)
        metrics.queue(
            depth: 7, oldest: Moment(milliseconds: 500), at: Moment(milliseconds: 2_000))
        let text = MetricsText.page(metrics, active: 3)
        for line in [
            #"broker_messages_routed_total{priority="low"} 1"#,
            #"broker_messages_routed_total{priority="now"} 2"#,
            #"broker_messages_rejected_total{reason="a\"b\\c\nd"} 1"#,
            #"broker_messages_dropped_by_grant_total{cap="dm"} 1"#, "broker_queue_depth 7",
            "broker_queue_age_seconds 1.5", "broker_connections_active 3",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
        metrics.queue(depth: 0, oldest: nil, at: Moment(milliseconds: 2_000))
        #expect(MetricsText.page(metrics, active: 0).contains("\nbroker_queue_depth 0\n"))
    }

    @Test("buckets count all that took at most as long")
    func histogram() {
        var metrics = BrokerMetrics()
        for milliseconds: Int64 in [0, 1, 3, 1000, 5_000_000, -5] {
            metrics.delivered(afterMilliseconds: milliseconds)
        }
        let text = MetricsText.page(metrics, active: 0)
        for line in [
            #"broker_delivery_latency_seconds_bucket{le="0.0005"} 2"#,
            #"broker_delivery_latency_seconds_bucket{le="0.001"} 3"#,
            #"broker_delivery_latency_seconds_bucket{le="0.005"} 4"#,
            #"broker_delivery_latency_seconds_bucket{le="1.0"} 5"#,
            #"broker_delivery_latency_seconds_bucket{le="3600.0"} 5"#,
            #"broker_delivery_latency_seconds_bucket{le="+Inf"} 6"#,
            "broker_delivery_latency_seconds_sum 5001.004",
            "broker_delivery_latency_seconds_count 6",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
    }

    @Test("this machine may read them, others with the token")
    func access() throws {
        var settings = PageDesk.Settings()
        settings.metricsToken = "scrape"
        var world = try PageWorld(settings)
        let asks: [(String, [(String, String)], Int)] = [
            ("127.0.0.1", [], 200),
            ("127.0.0.1", [("X-Forwarded-For", "10.0.0.1")], 401),
            ("10.0.0.1", [], 401),
            ("10.0.0.1", [("Authorization", "Bearer scrape")], 200),
            ("10.0.0.1", [("Authorization", "bearer scrape")], 200),
            ("10.0.0.1", [("Authorization", "Bearer scrap")], 401),
            ("10.0.0.1", [("Authorization", "Basic scrape")], 401),
        ]
        for (address, headers, status) in asks {
            let answer = world.ask(.GET, "/metrics", headers: headers, from: address)
            #expect(answer.status == status, "\(address) \(headers)")
        }
        var closed = try PageWorld()
        let empty = [("Authorization", "Bearer ")]
        #expect(closed.ask(.GET, "/metrics", headers: empty, from: "10.0.0.1").status == 401)
    }

    @Test("what happens is counted")
    func events() throws {
        var world = try PageWorld()
        let (socket, _) = world.join(TestBroker.ada, session: 20)
        _ = world.join(TestBroker.bob) { $0.signature = String(repeating: "0", count: 128) }
        _ = world.registry.received(Array("{".utf8), from: socket, at: world.now)
        _ = world.registry.received(
            Array(#"{"type":"set_status","status":"working"}"#.utf8), from: socket, at: world.now)
        world.pass(seconds: 61)
        _ = world.registry.wake(at: world.now)
        let text = world.ask(.GET, "/metrics").text
        for line in [
            "broker_connections_total 1", "broker_connections_active 1",
            #"broker_connections_rejected_total{reason="bad_signature"} 1"#,
            #"broker_messages_rejected_total{reason="parse_or_handler"} 1"#,
            #"broker_ttl_sweeps_total{flipped="true"} 1"#,
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
        _ = world.registry.dropped(socket, at: world.now)
        world.pass(seconds: 90)
        _ = world.registry.wake(at: world.now)
        #expect(world.registry.metrics.leaseExpiries == 1)
    }

    @Test("the store is asked every thirty seconds, and what it says is shown")
    func watching() throws {
        var world = try PageWorld()
        _ = world.registry.begin(at: world.now)
        let message = NewMessage(
            mesh: MeshID(rawValue: PageWorld.mesh), id: "m", sender: MemberID(rawValue: "a"),
            senderKey: "a", target: "@all", priority: .next, nonce: "", ciphertext: "",
            isUnencrypted: true, createdAt: world.now.wall,
            expiresAt: world.now.wall.advanced(bySeconds: 3600),
            recipients: (1...4).map {
                Recipient(address: "\($0)", member: MemberID(rawValue: "b"))
            })
        try world.store.performNow { _ = try $0.keep(message) }
        world.pass(seconds: 29)
        #expect(world.registry.wake(at: world.now).isEmpty)
        world.pass(seconds: 1)
        func look() throws {
            let works = world.registry.wake(at: world.now).compactMap { effect in
                if case .store(let work) = effect { work } else { nil }
            }
            #expect(!works.isEmpty)
            _ = world.registry.complete(world.store.carryOut(works), at: world.now)
        }
        try look()
        #expect(world.registry.metrics.queueDepth == 4 && world.registry.metrics.queueAge == 30)
        #expect(world.ask(.GET, "/health").json["db"]?.string == "up")
        world.store.failure = SkeinError(.storeCorrupt, "no")
        world.pass(seconds: 30)
        try look()
        #expect(world.ask(.GET, "/metrics").text.contains("\nbroker_db_healthy 0\n"))
        let health = world.ask(.GET, "/health")
        #expect(health.status == 200 && health.json["db"]?.string == "down")
    }

    @Test("ready is who can ask its store")
    func ready() throws {
        var settings = PageDesk.Settings()
        settings.startedAt = Moment(milliseconds: 1_775_999_990_000)
        var world = try PageWorld(settings)
        let ready = world.ask(.GET, "/health/ready")
        #expect(ready.status == 200 && ready.json["status"]?.string == "ready")
        #expect(ready.json.keys == ["status", "version", "gitSha", "uptime"])
        #expect(ready.json["uptime"]?.int == 10)
        world.store.failure = SkeinError(.storeCorrupt, "no")
        let unready = world.ask(.GET, "/health/ready")
        #expect(unready.status == 503 && unready.json["status"]?.string == "not_ready")
        #expect(unready.json["reason"]?.string == "db_down")
        let health = world.ask(.GET, "/health")
        #expect(health.json.keys == ["status", "db", "version", "gitSha", "uptime", "peers"])
    }
}
