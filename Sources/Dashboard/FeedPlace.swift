import Mesh

/// What of the activity is looked at: whose, up to where, and which entry is chosen.
struct FeedPlace: Equatable, Sendable {
    /// Only what is about this peer.
    var peer: PeerKey?
    /// Entries from this number on came later and are not shown; nil shows what comes.
    var limit: Int64?
    /// The number of the chosen entry.
    var chosen: Int64?
    /// A person stopped it, and it stays so at its newest entry as well.
    var isPaused = false

    /// How many entries there are to look at.
    func count(in log: LogPart) -> Int { log.count(below: limit ?? log.end) }

    /// How many came since.
    func unseen(in log: LogPart) -> Int {
        log.count - count(in: log)
    }

    /// The number of a line's entry, 0 being the newest that is shown.
    func number(_ line: Int, in log: LogPart) -> Int64? {
        let place = count(in: log) - 1 - line
        return place < 0 ? nil : log.number(at: place)
    }

    /// The line of the chosen entry.
    func chosenLine(in log: LogPart) -> Int? {
        guard let chosen else { return nil }
        let line = count(in: log) - log.count(below: chosen + 1)
        return line >= 0 && number(line, in: log) == chosen ? line : nil
    }

    mutating func pause(_ log: LogPart) {
        isPaused = true
        limit = limit ?? log.end
    }

    /// Shows what comes again.
    mutating func goLive() {
        isPaused = false
        limit = nil
        chosen = nil
    }

    /// Chooses another entry, so many lines down; what comes meanwhile does not move it. Above the
    /// newest of all nothing is chosen, and what comes is shown again.
    mutating func choose(down lines: Int, in log: LogPart, visible: Int) {
        let count = count(in: log)
        guard count > 0 else { return }
        let wanted = (chosenLine(in: log) ?? -1) + lines
        if wanted < 0 {
            scroll(down: wanted, in: log, visible: visible)
            chosen = limit == nil ? nil : number(0, in: log)
            return
        }
        limit = limit ?? log.end
        chosen = number(min(wanted, count - 1), in: log)
        // The chosen one stays in sight.
        let kept = chosen
        let beneath = min(wanted, count - 1) - max(1, visible) + 1
        if beneath > 0 { scroll(down: beneath, in: log, visible: visible) }
        chosen = kept
    }

    /// Moves what is shown by so many entries, no further than the oldest and the newest.
    mutating func scroll(down lines: Int, in log: LogPart, visible: Int) {
        let all = log.count
        let least = min(all, max(1, visible))
        let wanted = min(max(least, count(in: log) - lines), all)
        if wanted == all, !isPaused {
            limit = nil
            chosen = lines < 0 ? nil : chosen
        } else {
            limit = log.number(at: wanted - 1).map { $0 + 1 } ?? log.end
        }
        if let line = chosenLine(in: log), line >= visible { chosen = nil }
    }
}
