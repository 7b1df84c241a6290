/// Metrics as Prometheus reads them: text exposition format 0.0.4.
struct MetricsText {
    static let type = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// `active` are the sockets with a session.
    static func page(_ metrics: BrokerMetrics, active: Int) -> String {
        var page = MetricsText()
        page.counter("broker_connections_total", "Hellos accepted.", metrics.connections)
        page.counter(
            "broker_connections_rejected_total", "Hellos refused, by reason.",
            metrics.refusedConnections, label: "reason")
        page.gauge("broker_connections_active", "Sockets with a session.", active)
        page.counter(
            "broker_messages_routed_total", "Messages accepted, by priority.",
            metrics.routedMessages, label: "priority")
        page.counter(
            "broker_messages_rejected_total", "Messages refused, by reason.",
            metrics.rejectedMessages, label: "reason")
        page.gauge("broker_queue_depth", "Deliveries that wait.", metrics.queueDepth)
        page.gauge(
            "broker_queue_age_seconds", "Age of the oldest delivery that waits.",
            metrics.queueAge)
        page.counter(
            "broker_ttl_sweeps_total", "Looks at a status that was due to age.",
            Dictionary(uniqueKeysWithValues: metrics.ageings.map { (String($0), $1) }),
            label: "flipped")
        page.counter("broker_hook_requests_total", "Reports of hooks.", metrics.hookRequests)
        page.counter(
            "broker_hook_requests_rate_limited_total", "Reports of hooks beyond their rate.",
            metrics.limitedHookRequests)
        page.gauge(
            "broker_db_healthy", "1 where the store answers.", metrics.isStoreHealthy ? 1 : 0)
        page.counter(
            "broker_messages_dropped_by_grant_total", "Messages their recipient does not allow.",
            metrics.droppedByGrant, label: "cap")
        page.counter(
            "broker_legacy_auth_hits_total", "Requests in a form of old without a token.",
            metrics.legacyHits)
        page.counter(
            "broker_lease_expiries_total", "Presences that ended without a goodbye.",
            metrics.leaseExpiries)
        page.histogram(
            "broker_delivery_latency_seconds", "From send to push.", metrics.deliveryLatency)
        page.histogram(
            "broker_store_commit_seconds", "Transactions of the store, with their sync.",
            metrics.commitTime)
        return page.text
    }

    private mutating func counter(_ name: String, _ help: String, _ value: Int) {
        head(name, help, "counter")
        text += "\(name) \(value)\n"
    }

    private mutating func counter(
        _ name: String, _ help: String, _ values: [String: Int], label: String
    ) {
        head(name, help, "counter")
        if values.isEmpty { text += "\(name) 0\n" }
        for (value, count) in values.sorted(by: { $0.key < $1.key }) {
            text += "\(name){\(label)=\"\(Self.escaped(value))\"} \(count)\n"
        }
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: some Numeric) {
        head(name, help, "gauge")
        text += "\(name) \(value)\n"
    }

    private mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        head(name, help, "histogram")
        var sum = 0
        for (bound, count) in zip(Histogram.bounds, histogram.counts) {
            sum += count
            text += "\(name)_bucket{le=\"\(bound)\"} \(sum)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(histogram.count)\n"
        text += "\(name)_sum \(histogram.sum)\n"
        text += "\(name)_count \(histogram.count)\n"
    }

    private mutating func head(_ name: String, _ help: String, _ kind: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
