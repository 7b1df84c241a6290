/// How a broker listens and what it allows. The defaults are those of the protocol decisions.
public struct BrokerConfiguration: Sendable {
    /// The address to bind.
    public var host: String
    /// 0 chooses a free one.
    public var port: Int
    /// Host names accepted beside loopback and `host`, as in a public URL.
    public var publicHosts: [String]
    /// How it is called from outside, as `https://broker.example`, without a slash at its end; nil
    /// where that is what it binds.
    public var publicURL: String?
    /// Nil is no bound, as for the meshes of one machine.
    public var sessionsPerMesh: Int?
    /// What may wait to be sent to one socket before it is closed as too slow, in bytes.
    public var outboundBytes: Int
    /// What a client has from connecting to its request, and from there to its hello.
    public var helloSeconds: Int
    /// What a client has to answer our close frame.
    public var closeMilliseconds: Int64 = 1000
    /// Nil is plain HTTP.
    public var tls: TLSFiles?
    /// By which `/metrics` may be read from elsewhere than this machine.
    public var metricsToken: String?
    /// Whether hooks without a token are heard, from this machine (protocol decision 15).
    public var legacyHooks = false
    /// Requests to join from one address.
    public var joinsPerMinute = 20
    /// By which meshes may be made from outside; nil where nobody may.
    public var operatorToken: String?
    /// Connections from one address other than this machine's own.
    public var connectionsPerMinute = 1200

    /// Nil, as within a relay, serves no accounts.
    public var accounts: AccountSettings?

    /// What may wait for the members of one mesh, in bytes; beyond it a sender is told
    /// `queue_full` (protocol decision 6). Nil is no bound.
    public var queueBytesPerMesh: Int?
    /// Messages of one member; nil is no bound.
    public var sendsPerMinute: Int?

    public init(
        host: String = "127.0.0.1", port: Int = 0, publicHosts: [String] = [],
        sessionsPerMesh: Int? = nil, outboundBytes: Int = 8 << 20,
        helloSeconds: Int = 10, queueBytesPerMesh: Int? = 64 << 20,
        sendsPerMinute: Int? = nil, tls: TLSFiles? = nil
    ) {
        self.host = host
        self.port = port
        self.publicHosts = publicHosts
        self.sessionsPerMesh = sessionsPerMesh
        self.outboundBytes = outboundBytes
        self.helloSeconds = helloSeconds
        self.queueBytesPerMesh = queueBytesPerMesh
        self.sendsPerMinute = sendsPerMinute
        self.tls = tls
    }

    /// How clients call it: `port` is the one it listens on. Who is bound to every address names
    /// this machine's own, for want of a better one.
    public func url(port: Int) -> String {
        if let publicURL { return publicURL }
        let name = ["0.0.0.0", "::", "[::]"].contains(host) ? "127.0.0.1" : host
        let written = name.contains(":") ? "[\(name)]" : name
        return "\(tls == nil ? "http" : "https")://\(written):\(port)"
    }
}
