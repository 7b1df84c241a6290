import Surface
import Text
import Widgets
import Wording

/// What happened, newest first.
struct ActivityPane: PaneView {
    func title(_ state: DashboardState, _ glyphs: Glyphs) -> String {
        guard let peer = state.feed.peer else { return translated("activity") }
        let name = state.known(peer)?.peer.name ?? translated("one peer")
        return translated("activity of {1}", SafeText.visible(name, limit: 40, ascii: glyphs.isASCII))
    }

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [
            state.hint(.take, translated("to the peer")), state.hint(.pause), state.hint(.onePeer),
            state.hint(.back, translated("peers")),
        ]
    }

    func go(_ lines: Int, _ state: inout DashboardState) {
        state.feed.choose(
            down: lines, in: state.feedLog, visible: state.visibleRows(of: .activity))
    }

    func turnWheel(_ lines: Int, _ state: inout DashboardState) {
        state.feed.scroll(
            down: lines, in: state.feedLog, visible: state.visibleRows(of: .activity))
    }

    func click(at point: Point, in content: Rect, _ state: inout DashboardState) {
        let line = point.row - content.row
        guard line >= 0, let number = state.feed.number(line, in: state.feedLog) else { return }
        state.feed.limit = state.feed.limit ?? state.feedLog.end
        state.feed.chosen = number
    }

    func nothingToTake(_ state: DashboardState) -> String? {
        state.feed.count(in: state.feedLog) == 0 ? translated("Nothing has happened yet") : nil
    }

    func take(_ state: inout DashboardState) {
        let number = state.feed.chosen ?? state.feed.number(0, in: state.feedLog)
        guard let peer = number.flatMap({ state.feedLog[$0]?.key }) else {
            state.notice = Span(translated("That is about no peer"), .muted)
            return
        }
        state.jump(to: peer)
    }

    func draw(
        _ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> String {
        let feed = state.feed
        let log = state.feedLog
        let clock = state.clock
        let isOnePeer = feed.peer != nil
        let isSeveral = state.meshesInSight.count > 1
        Feed(
            count: feed.count(in: log),
            selected: state.focus == .activity ? feed.chosenLine(in: log) : nil,
            emptyText: state.emptyFeedText
        ) { line in
            guard let event = feed.number(line, in: log).flatMap({ log[$0] }) else {
                return Feed.Entry(time: "", [])
            }
            return Feed.Entry(
                time: clock.time(event.at),
                (isOnePeer ? [] : event.who(state, isSeveral, glyphs)) + event.told(glyphs))
        }.draw(into: &grid, in: area, glyphs: glyphs)
        let unseen = feed.unseen(in: log)
        let news = unseen > 0 ? [translated("{1} new", unseen)] : []
        let told = feed.isPaused ? [translated("paused")] : feed.limit == nil ? [] : [translated("scrolled back")]
        return (told + news).joined(separator: " \(glyphs.separator) ")
    }
}
