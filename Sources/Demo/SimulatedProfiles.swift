import Mesh

extension SimulatedPeer {
    /// Who a simulated peer is.
    public struct Profile: Hashable, Sendable {
        public var name: String
        public var role: String
        public var groups: [GroupMembership]
        public var agent: String
        public var model: String
        public var directory: String
        public var hostname: String
        /// What it works on, in its own words.
        public var tasks: [String]
    }
}

extension SimulatedPeer.Profile {
    /// Eight of them: a small team's afternoon.
    public static let all: [SimulatedPeer.Profile] = [
        .init(
            name: "dev-1", role: "reviewer",
            groups: [GroupMembership(name: "backend", role: "lead")], agent: "claude",
            model: "opus", directory: "/home/ana/src/payments", hostname: "laptop-ana",
            tasks: [
                "Reviewing the retry change; will need the ledger fixtures",
                "Reading the diff of the settlement job",
                "Asking api-2 about the error codes",
            ]),
        .init(
            name: "api-2", role: "lead", groups: [GroupMembership(name: "backend")],
            agent: "claude", model: "sonnet", directory: "/home/ana/src/api",
            hostname: "laptop-ana",
            tasks: [
                "Splitting the v2 endpoints from the legacy router",
                "Writing the migration for idempotency keys",
                "Answering questions about the schema",
            ]),
        .init(
            name: "codex-1", role: "implementer", groups: [GroupMembership(name: "backend/retry")],
            agent: "codex", model: "gpt-5-codex", directory: "/home/bo/src/payments",
            hostname: "bo-desktop",
            tasks: [
                "Implementing exponential backoff with jitter",
                "Making the flaky timeout test deterministic",
                "Running the whole suite once more",
            ]),
        .init(
            name: "codex-2", role: "implementer", groups: [GroupMembership(name: "backend")],
            agent: "codex", model: "gpt-5-codex", directory: "/srv/build/ledger",
            hostname: "build-3",
            tasks: [
                "Generating fixtures for the ledger",
                "Profiling the import of March",
                "Halving the memory of the import",
            ]),
        .init(
            name: "web-1", role: "implementer", groups: [GroupMembership(name: "frontend")],
            agent: "gemini", model: "gemini-pro", directory: "/home/chi/src/web",
            hostname: "chi-mac",
            tasks: [
                "Moving the checkout form to the new components",
                "Fixing focus order in the date picker",
                "Trying the page with a screen reader",
            ]),
        .init(
            name: "docs-3", role: "writer", groups: [GroupMembership(name: "docs")],
            agent: "opencode", model: "sonnet", directory: "/home/chi/src/handbook",
            hostname: "chi-mac",
            tasks: [
                "Writing up the webhook retries",
                "Checking every example in the guide",
                "Drawing the sequence of a refund",
            ]),
        .init(
            name: "ci-runner", role: "bot", groups: [GroupMembership(name: "infra")],
            agent: "sh", model: "", directory: "/var/lib/ci/work", hostname: "build-3",
            tasks: [
                "Bisecting the slow build",
                "Warming the caches for the release",
                "Deploy freeze until the ledger is green",
            ]),
        .init(
            name: "qa-1", role: "tester",
            groups: [GroupMembership(name: "frontend"), GroupMembership(name: "backend")],
            agent: "gemini", model: "gemini-flash", directory: "/home/bo/src/scenarios",
            hostname: "bo-desktop",
            tasks: [
                "Replaying last week's incidents",
                "Shrinking a failing refund case",
                "Comparing both checkouts on a slow link",
            ]),
    ]
}
