import Mesh
import Testing

@Suite("When mail is put before an agent")
struct MailModeTests {
    /// For `now`, `next` and `low`: in a turn, at its end, at a session's start.
    static let table: [(policy: ReceiverPolicy, moments: [[Bool]])] = [
        (.open, [[true, true, true], [true, true, true], [true, true, true]]),
        (.quiet, [[true, true, true], [false, true, true], [false, true, true]]),
        (.focus, [[true, true, true], [false, false, false], [false, false, false]]),
    ]

    @Test("by its policy, the priority and the turn", arguments: table)
    func push(policy: ReceiverPolicy, moments: [[Bool]]) {
        let found = MessagePriority.allCases.map { priority in
            TurnMoment.allCases.map { MailMode(policy: policy).puts(priority, at: $0) }
        }
        #expect(found == moments)
    }

    @Test("never where the agent fetches its mail itself, or wants none")
    func never() {
        for mode in [MessageMode.inbox, .off] {
            for policy in ReceiverPolicy.allCases {
                for priority in MessagePriority.allCases {
                    for moment in TurnMoment.allCases {
                        #expect(!MailMode(mode: mode, policy: policy).puts(priority, at: moment))
                    }
                }
            }
        }
        #expect(MessageMode.allCases.map { MailMode(mode: $0).announces } == [true, true, false])
    }
}
