import Mesh
import Testing
import Text

@testable import skein

@Suite("Tables and the window")
struct TextTableTests {
    static let peers = [
        peer("ada", "/home/ada/work/payments-service/packages/gateway", "reviewer", .working, true),
        peer("a-launch-with-a-rather-long-name", "/srv/x", nil, .idle, false),
    ]

    static func peer(
        _ name: String, _ cwd: String, _ role: String?, _ status: Status, _ isWaiting: Bool
    ) -> Peer {
        Peer(
            id: name, memberKey: "k", name: name, status: status,
            statusSince: Moment(milliseconds: 0), role: role, sessionID: name,
            connectedAt: Moment(milliseconds: 0), cwd: cwd, hostname: "workstation-17",
            agent: "claude", isWaiting: isWaiting)
    }

    static let now = Moment(milliseconds: 180_000)

    @Test("at 80 columns the widest are cut, and the rest stays whole")
    func narrow() {
        #expect(
            PeersVerb.table(Self.peers, nil, at: Self.now, columns: 80) == """
                NAME             STATUS   AGE  ROLE      AGENT   DIRECTORY        HOST
                ada              waiting  3m   reviewer  claude  /home/ada/work…  workstation-17
                a-launch-with-…  idle     3m             claude  /srv/x           workstation-17
                """)
    }

    @Test("at 200 columns, in a pipe and in a file nothing is cut", arguments: [200, nil])
    func wide(columns: Int?) {
        #expect(
            PeersVerb.table(Self.peers, nil, at: Self.now, columns: columns) == """
                NAME                              STATUS   AGE  ROLE      AGENT   DIRECTORY                                         HOST
                ada                               waiting  3m   reviewer  claude  /home/ada/work/payments-service/packages/gateway  workstation-17
                a-launch-with-a-rather-long-name  idle     3m             claude  /srv/x                                            workstation-17
                """)
    }

    @Test("no line is wider than the window, and no window is too narrow", arguments: [1, 20, 40, 79])
    func widths(columns: Int) {
        let table = TextTable.text(
            [["ID", "TEXT"], ["01a1ffa5-6d65-7a52-a48a-a99678f38bba", "日本語のとても長い説明"]],
            columns: columns)
        let widest = table.split(separator: "\n").map { TextWidth.of(String($0)) }.max() ?? 0
        #expect(widest <= max(columns, 14), "\(table)")
    }
}
