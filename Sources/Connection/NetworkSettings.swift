/// What of the environment decides how brokers are reached.
public struct NetworkSettings: Sendable {
    public var trust: BrokerTrust
    public var proxies: ProxyRule

    public init(trust: BrokerTrust = BrokerTrust(), proxies: ProxyRule = ProxyRule()) {
        self.trust = trust
        self.proxies = proxies
    }

    public init(environment: [String: String]) {
        self.init(
            trust: BrokerTrust(environment: environment),
            proxies: ProxyRule(environment: environment))
    }

    /// No proxy, the system's roots.
    public static let plain = NetworkSettings()
}
