import Mesh
import Testing

@Suite("When mail is put before an agent")
struct MailModeTests {
    @Test(
        "the mode and the policy say what may be put before an agent",
        arguments: [
            (MailMode(mode: .push, policy: .open), [[.now, .next], [.now, .next], [.now, .next]]),
            (MailMode(mode: .push, policy: .quiet), [[.now, .next], [.now], [.now, .next]]),
            (MailMode(mode: .push, policy: .focus), [[.now], [.now], [.now]]),
            (MailMode(mode: .inbox, policy: .open), [[], [], []]),
            (MailMode(mode: .off, policy: .open), [[], [], []]),
        ] as [(MailMode, [[MessagePriority]])])
    func priorities(_ mail: MailMode, _ expected: [[MessagePriority]]) {
        #expect([.turnStart, .midTurn, .turnEnd].map { mail.priorities(at: $0) } == expected)
    }
}
