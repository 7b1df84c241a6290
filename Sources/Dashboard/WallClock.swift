import Mesh
import MeshProtocol

/// Moments as the clock on the wall tells them.
struct WallClock {
    /// Seconds that it is ahead of UTC.
    var secondsFromUTC: Int

    /// `12:40:05`.
    func time(_ moment: Moment) -> String { part(moment, 11..<19) }

    /// `12:40`, and the day before it where that is not the day of `other`: `11-20 12:40`.
    func label(_ moment: Moment, seenFrom other: Moment) -> String {
        day(moment, seenFrom: other) + part(moment, 11..<16)
    }

    /// As `label`, to the second.
    func exactly(_ moment: Moment, seenFrom other: Moment) -> String {
        day(moment, seenFrom: other) + time(moment)
    }

    private func day(_ moment: Moment, seenFrom other: Moment) -> String {
        part(moment, 0..<10) == part(other, 0..<10) ? "" : part(moment, 5..<10) + " "
    }

    private func part(_ moment: Moment, _ range: Range<Int>) -> String {
        let local = moment.advanced(byMilliseconds: Int64(secondsFromUTC) * 1000)
        let letters = Array(ISOMoment(local).description.utf8)
        return String(decoding: letters[range], as: UTF8.self)
    }
}
