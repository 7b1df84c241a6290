import Testing

@testable import Redaction

/// Real shapes with made-up contents, and what looks like them. The tokens are put together here,
/// so that no scanner takes this file for a leak.
@Suite("Redaction")
struct RedactionTests {
    private static let mixed = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY9zA1"

    static let secrets: [(name: String, text: String)] = [
        ("AWS", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("AWS, temporary", "ASIA" + "Y34FZKBOKMUTVV7A"),
        ("GitHub", "ghp_" + mixed), ("GitHub, OAuth", "gho_" + mixed),
        ("GitHub, user", "ghu_" + mixed), ("GitHub, server", "ghs_" + mixed),
        ("GitHub, refresh", "ghr_" + mixed + mixed),
        ("GitHub, fine-grained", "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_" + mixed + mixed),
        ("OpenAI", "sk-" + mixed + "T3BlbkFJ"),
        ("OpenAI, project", "sk-proj-" + "aB_3-" + mixed), ("OpenAI, service", "sk-svcacct-" + mixed),
        ("Anthropic", "sk-ant-" + "api03-" + mixed + "-" + mixed + "AA"),
        ("Slack, bot", "xoxb-" + "123456789012-1234567890123-" + "AbCdEfGhIjKlMnOp"),
        ("Slack, user", "xoxp-" + "1-2-3-abcdef"), ("Slack, app", "xapp-" + "1-A0B1-" + mixed),
        ("JSON Web Token", "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + "dBjftJeZ4CVP-mB92K27uhbU"),
        ("Skein, session", "sk_session_" + mixed), ("Skein, personal", "sk_pat_" + mixed),
        (
            "private key",
            "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA " + "PRIVATE KEY-----"
        ),
    ]

    @Test(
        "missed token shapes: a token is taken out whole, wherever it stands", arguments: secrets)
    func whole(_ secret: (name: String, text: String)) {
        for (before, after) in [("", ""), ("key=", " done"), ("\"", "\","), ("é ", "\né")] {
            #expect(
                Redaction.clean(before + secret.text + after) == before + "[redacted]" + after,
                "\(secret.name)")
        }
    }

    static let parts: [(text: String, clean: String)] = [
        ("postgres://ada:s3cret@db:5432/pay", "postgres://ada:[redacted]@db:5432/pay"),
        ("mongodb+srv://u:p@ss@h/x", "mongodb+srv://u:[redacted]@h/x"),
        ("redis://:hunter2@cache", "redis://:[redacted]@cache"),
        ("Server=db;User=ada;Password=hunter2;x=1", "Server=db;User=ada;Password=[redacted];x=1"),
        ("Authorization: Bearer abcdef0123456789.x-y", "Authorization: Bearer [redacted]"),
        ("bearer \t" + "abcdef0123456789== z", "bearer \t[redacted] z"),
        ("a -----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA", "a [redacted]"),
        ("ghp_" + mixed + " and AKIA" + "IOSFODNN7EXAMPLE", "[redacted] and [redacted]"),
    ]

    @Test("of what announces a secret, the secret goes and the rest stays", arguments: parts)
    func part(_ sample: (text: String, clean: String)) {
        #expect(Redaction.clean(sample.text) == sample.clean)
    }

    static let innocent: [String] = [
        "", "sk-learn", "scikit: sk-learn-contrib and sk-toolbox", "task-force-of-thirty-two-people-abcdef",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709", "0190b0a4-7b1c-7c3e-8f00-0123456789ab",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4",
        "https://example.org:8080/a@b", "https://ada@example.org/path", "ratio a:b", "see ://x:y@z",
        "AKIA", "AKIAIOSFODNN7EXAMPLEANDMORE", "ghp_short", "github_pat_", "xoxb-1", "eyJ", "eyJabc.def.ghi",
        "bearer of bad news", "a bearer short", "the password is not here", "-----BEGIN CERTIFICATE-----\nMIIC",
        "mcp__github__create_issue", "Ada Lovelace 🪿", "sk_session_", "mask-proj-abcdefghijklmnopqrstuvwxyz",
    ]

    @Test("what only looks like one stays as it is", arguments: innocent)
    func stays(_ text: String) {
        #expect(Redaction.clean(text) == text)
    }

    /// Every text here would take hours if any shape were tried anew at each of its characters.
    @Test("time grows with the text, not with its square", .timeLimit(.minutes(1)))
    func linear() {
        let count = 200_000
        for piece in [
            "eyJ-", "eyJa.", "eyJa.eyJ", "sk-", "a://b:", "://", "-----BEGIN ", "-----END ", "AKIA",
            "-----BEGIN PRIVATE KEY-----", "bearer ", "password=", "github_pat_", "xoxb-", "a:b@",
        ] {
            let text = String(repeating: piece, count: count / piece.utf8.count)
            #expect(Redaction.clean(text).utf8.count <= text.utf8.count + text.utf8.count)
        }
    }
}
