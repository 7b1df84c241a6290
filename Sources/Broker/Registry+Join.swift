import BrokerEngine
import Mesh
import MeshProtocol

extension Registry {
    /// Lets a new member in by a v1 invite (wire protocol, section 6.1).
    mutating func join(_ request: PageRequest, at now: Instant) {
        guard pages.joinLimit.take(request.remote.text, at: now.uptime) else {
            return refuse(request, .tooManyRequests, "rate limited")
        }
        do throws(JoinRefusal) {
            let join = try JoinRequest.read(request.body)
            seat(request, join, at: now)
        } catch {
            refuse(request, .badRequest, error.word)
        }
    }

    /// One after the other for one key: who comes second finds the first in the roster.
    private mutating func seat(
        _ request: PageRequest, _ join: JoinRequest, at now: Instant
    ) {
        do throws(JoinRefusal) {
            try join.check(roster.mesh(join.mesh))
            guard !waits(for: join.seat, { $0.seat(request, join, at: $1) }) else { return }
            let existing = roster.member(join.mesh, key: join.key.hex)
            // Nobody takes the key that another member's session goes by.
            let isTaken = tables[join.mesh]?.holds(join.key.hex, besides: MemberID(rawValue: ""))
            guard existing != nil || isTaken != true else {
                throw JoinRefusal("member_insert_failed")
            }
            takeSeat(join.seat)
            let newID = MemberID(rawValue: ids.presence())
            ask {
                try join.take(in: $0, existing: existing, newID: newID, at: now.wall)
            } then: { registry, result, now in
                registry.seated(request, result)
                registry.leaveSeat(join.seat, at: now)
            }
        } catch {
            refuse(request, .badRequest, error.word)
        }
    }

    // MARK: - Turns

    /// Whether somebody with that key is on the way in; `turn` then comes after them.
    mutating func waits(
        for seat: JoinRequest.Seat, _ turn: @escaping PageDesk.Turn
    ) -> Bool {
        pages.joins[seat]?.append(turn) != nil
    }

    mutating func takeSeat(_ seat: JoinRequest.Seat) { pages.joins[seat] = [] }

    mutating func leaveSeat(_ seat: JoinRequest.Seat, at now: Instant) {
        for turn in pages.joins.removeValue(forKey: seat) ?? [] { turn(&self, now) }
    }

    private mutating func seated(
        _ request: PageRequest, _ result: Result<JoinRequest.Outcome, SkeinError>
    ) {
        switch result {
        case .success(.joined(let member)):
            roster.put(member)
            answer(request, .json(.ok, ["ok": true, "memberId": .string(member.id.rawValue)]))
        case .success(.alreadyMember(let id)):
            answer(
                request,
                .json(
                    .ok, ["ok": true, "memberId": .string(id.rawValue), "alreadyMember": true]))
        case .success(.refused(let refusal)):
            refuse(request, .badRequest, refusal.word)
        case .failure(let error) where error.code == .diskFull:
            refuse(request, error)
        case .failure:
            refuse(request, .badRequest, "member_insert_failed")
        }
    }
}
