import Mesh

/// What the pages need besides the registry's own: how they are set, and what they remember.
struct PageDesk: Sendable {
    struct Settings: Sendable {
        /// Who has it may read `/metrics` from elsewhere.
        var metricsToken: String?
        /// Whether hooks without a token are heard (protocol decision 15).
        var legacyHooks = false
        var joinsPerMinute = 20
        /// Invites looked at, from one address.
        var invitesPerMinute = 60
        /// Who has it may make meshes; nil where nobody may.
        var operatorToken: String?
        var startedAt = Moment(milliseconds: 0)
        /// This machine's name, as hellos of its sessions give it.
        var hostname: String?
        /// The revision the program was built from, where that is known.
        var revision = ""
        /// Nil where this broker has no accounts: their routes are not there.
        var accounts: AccountSettings?
    }

    /// What one does whose turn it is.
    typealias Turn = @Sendable (inout Registry, Instant) -> Void

    var settings: Settings
    var hooks = HookDesk()
    /// Joins and claims, by remote address.
    var joinLimit: BucketTable<String>
    /// Looks at invites, by remote address.
    var inviteLimit: BucketTable<String>
    /// By presence, or by pid and directory as clients of old are counted.
    var hookLimit = BucketTable<String>(perMinute: 30)
    /// By mesh and name.
    var webhookLimit = BucketTable<String>(perMinute: 30)
    /// Signed changes that were accepted.
    var replays = ReplayCache()
    /// Keys on their way into a mesh, and who waits for that.
    var joins: [JoinRequest.Seat: [Turn]] = [:]
    var accounts: AccountDesk

    init(_ settings: Settings = Settings()) {
        self.settings = settings
        joinLimit = BucketTable(perMinute: settings.joinsPerMinute)
        inviteLimit = BucketTable(perMinute: settings.invitesPerMinute)
        accounts = AccountDesk(settings.accounts ?? AccountSettings())
    }
}
