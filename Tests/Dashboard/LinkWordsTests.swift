import Mesh
import MeshProtocol
import Surface
import Testing

@testable import Dashboard

@Suite("How links and mail stand, in the header")
struct LinkWordsTests {
    private static func header(_ state: DashboardState) -> String {
        state.text().split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test("which of several meshes is offline, since when, and when it is tried again")
    func several() {
        var state = Sample.meshes(size: Size(columns: 120, rows: 40), with: true)
        state.loseStaging(after: 40 * 60)
        #expect(Self.header(state).contains("staging ! offline since 12:40, trying again in 8 s"))
        _ = state.reduce(.resized(Size(columns: 80, rows: 24)))
        #expect(Self.header(state).contains("! 1 of 3 offline"))
        _ = state.reduce(.resized(Size(columns: 40, rows: 12)))
        #expect(Self.header(state).hasSuffix("! offline"))
        _ = state.reduce(.resized(Size(columns: 120, rows: 40)))
        state.hear(.link(.refused(reason: "banned")), after: 40 * 60)
        #expect(Self.header(state).contains("! 2 of 3 offline"))
    }

    @Test("the wait counts down by itself, and nothing is due where it is not shown")
    func countdown() {
        var state = Sample.dashboard([], size: Size(columns: 120, rows: 40))
        let next = Sample.noon.advanced(byMilliseconds: 7500)
        state.hear(.link(.retrying(reason: "x", at: next)))
        #expect(Self.header(state).contains("trying again in 8 s"))
        #expect(state.untilChange(size: state.size) == 500)
        _ = state.reduce(.now(Sample.noon.advanced(byMilliseconds: 500)))
        #expect(Self.header(state).contains("trying again in 7 s"))
        #expect(state.untilChange(size: state.size) == 1000)
        #expect(state.untilChange(size: Size(columns: 80, rows: 24)) == nil)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 9)))
        #expect(Self.header(state).contains("trying now"))
        #expect(state.untilChange(size: state.size) == nil)
        state.hear(.link(.live), after: 10)
        state.hear(.link(.retrying(reason: "x", at: next)), after: 20)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 2 * 86_400)))
        #expect(Self.header(state).contains("offline for 1d"))
    }

    @Test("why a broker refuses is told, safe to show")
    func refused() {
        var state = Sample.dashboard([], size: Size(columns: 120, rows: 40))
        state.hear(.link(.refused(reason: "you were \u{1b}[2Jbanned")))
        #expect(Self.header(state).contains("refused: you were ␛[2Jbanned"))
    }

    @Test(
        "what of the mail needs somebody stands where there is room, the gravest first",
        arguments: [(40, 0), (60, 1), (80, 3), (120, 3)])
    func mail(columns: Int, shown: Int) {
        var state = Sample.dashboard(Sample.four, size: Size(columns: columns, rows: 24))
        state.hear(.mail(MailCounts(waiting: 3, dead: 1, unread: 12)))
        let words = ["1 given up", "queued 3", "12 unread"]
        let header = Self.header(state)
        #expect(words.filter { header.contains($0) } == Array(words.prefix(shown)), "\(header)")
        #expect(header.hasSuffix("live") && header.contains("4 peers"))
        state.hear(.mail(MailCounts()))
        #expect(!words.contains { Self.header(state).contains($0) })
    }

    @Test("mail is that of what is in sight")
    func mailInSight() {
        var state = Sample.meshes(.one(Sample.mesh.mesh))
        state.hearStaging(.mail(MailCounts(waiting: 2)))
        #expect(!Self.header(state).contains("queued"))
        state.hear(.mail(MailCounts(waiting: 3)))
        _ = state.look(at: .all)
        #expect(Self.header(state).contains("queued 5"))
    }

    @Test("the hour is that of the wall's clock, whatever the clock says")
    func hours() {
        #expect(Sample.noon.hourAndMinute(secondsFromUTC: 0) == "12:00")
        #expect(Sample.noon.hourAndMinute(secondsFromUTC: -13 * 3600) == "23:00")
        #expect(Sample.noon.hourAndMinute(secondsFromUTC: 14 * 3600) == "02:00")
        #expect(Moment(milliseconds: -1000).hourAndMinute(secondsFromUTC: 0) == "23:59")
    }
}
