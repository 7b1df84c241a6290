import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@Suite("What a mesh shares and who may, from the command line")
struct MeshVerbsTests {
    static let key = String(repeating: "ab", count: 32)
    static let own = ["SKEIN_LAUNCH": "l", "SKEIN_LAUNCH_TOKEN": "t"]

    static func peer(_ name: String, session: String) -> Peer {
        Peer(
            id: key, memberKey: key, name: name, status: .working, statusSource: .hook,
            statusSince: Mesh.Moment(milliseconds: 1), groups: [GroupMembership(name: "api")],
            sessionID: session, connectedAt: Mesh.Moment(milliseconds: 1), cwd: "/\u{1B}[31m")
    }

    /// A broker that holds one key of state, and grants.
    static func relay(at place: Place) throws -> ScriptedRelay {
        try ScriptedRelay(at: place) { asked, id in
            switch asked.ask {
            case "peers":
                return ScriptedRelay.answer(
                    [peer("ada", session: "l"), peer("bob", session: "m")], id)
            case "resolve":
                let one = ResolvedTarget(spec: key, name: "bob", memberKey: key, isPresent: true)
                return ScriptedRelay.answer(one, id)
            case "safety_number":
                let report = SafetyReport(
                    name: "bob", memberKey: key, number: "11111 22222", isVerified: false)
                return ScriptedRelay.answer(report, id)
            case "mark_verified": return ScriptedRelay.answer(Done(), id)
            case "who_am_i": return ScriptedRelay.answer(Speaker(launch: nil), id)
            case "refresh": return ScriptedRelay.answer(Done(), id)
            case "broker": break
            default:
                return ScriptedRelay.failure(SkeinError(.relayRefused, "not in the script"), id)
            }
            guard let frame = asked.question(AskBroker.self)?.frame else { return [] }
            switch frame.verb {
            case .setStatus, .setVisible: return ScriptedRelay.broker(.ack(AckFrame(id: "q")), id)
            case .request(let get as GetState) where get.key == "k":
                return ScriptedRelay.broker(
                    .answer(
                        StateResult(
                            key: "k", value: ["a": [1, nil]], updatedBy: "bob",
                            updatedAt: "2026-04-15T02:54:00.123Z")), id)
            case .request(let get as GetState):
                return ScriptedRelay.broker(
                    .answer(StateResult(key: get.key, value: nil, updatedBy: "", updatedAt: "")), id)
            case .request(is ListGrants):
                return ScriptedRelay.broker(.answer(GrantList(PeerGrants())), id)
            case .request(is SetGrants), .request(is SetState):
                return ScriptedRelay.broker(.ack(AckFrame(id: "q")), id)
            case .request(is Forget):
                return ScriptedRelay.broker(
                    .error(ErrorFrame(code: "not_found", message: "no such memory")), id)
            default: return ScriptedRelay.broker(.unknown(type: "x"), id)
            }
        }
    }

    static func grants(_ relay: ScriptedRelay) -> [String: [PeerGrants.Capability]?]? {
        let frames = relay.questions.compactMap { $0.question(AskBroker.self)?.frame.verb }
        guard case .request(let request)? = frames.last else { return nil }
        return (request as? SetGrants)?.grants
    }

    @Test("a value is printed, a missing one is 5")
    func state() async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let value = try await place.skein("state", "get", "k")
            #expect(value.output == "{\"a\":[1,null]}\n")
            let missing = try await place.skein("state", "get", "no", "--json")
            #expect(missing.status == 5)
            let error = try missing.json["error"] as? [String: any Sendable]
            #expect(error?["code"] as? String == "E_NOT_THERE")
            #expect(try await place.skein("state", "set", "k", "-", input: "a\nb\n").status == 0)
            #expect(try await place.skein("state", "set", "k", "[1]", "--as-json").status == 0)
            let sets = relay.questions.compactMap { asked -> JSONValue? in
                guard case .request(let request)? = asked.question(AskBroker.self)?.frame.verb
                else { return nil }
                return (request as? SetState)?.value
            }
            #expect(sets == ["a\nb", [1]])
            #expect(try await place.skein("forget", "x").status == 5)
        }
    }

    @Test("grants are added to and taken from what stands; a block is empty, its end is null")
    func grants() async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let table: [([String], [PeerGrants.Capability]?)] = [
                (["grant", "bob", "state-write"], [.read, .dm, .broadcast, .stateRead, .stateWrite]),
                (["revoke", "bob", "dm"], [.read, .broadcast, .stateRead]),
                (["block", "bob"], []), (["unblock", "bob"], nil),
            ]
            for (words, expected) in table {
                #expect(try await place.skein(words).status == 0, "\(words)")
                let asked = try #require(Self.grants(relay))
                #expect(asked[Self.key] == .some(expected), "\(words)")
            }
            #expect(try await place.skein("grant", "bob", "everything").status == 3)
        }
    }

    @Test(
        "a launch may not do what is the person's",
        arguments: [
            ["grant", "bob", "dm"], ["revoke", "bob", "dm"], ["block", "bob"], ["unblock", "bob"],
            ["verify", "bob", "--confirm"], ["relay", "stop"], ["backup"], ["restore", "x"],
            ["mesh", "leave", "demo", "--yes"], ["mesh", "create", "x"], ["mesh", "use", "demo"],
            ["mesh", "rename", "demo", "x"], ["doctor", "--fix"],
        ])
    func forbidden(words: [String]) async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let command = try await place.skein(words, adding: Self.own)
            #expect(command.status == 7, "\(command)")
            #expect(command.errors.contains("A launch may not"))
            #expect(relay.words == [])
        }
    }

    @Test("who hides its launch is asked after at the relay")
    func hidden() async throws {
        try await Place.with { place in
            let relay = try ScriptedRelay(at: place) { asked, id in
                ScriptedRelay.answer(Speaker(launch: LaunchID(rawValue: "l")), id)
            }
            for words in [["backup", "b"], ["restore", "b"], ["mesh", "leave", "demo", "-y"]] {
                #expect(try await place.skein(words).status == 7, "\(words)")
            }
            #expect(relay.words == ["who_am_i", "who_am_i", "who_am_i"])
        }
    }

    @Test("a launch has a presence, the person has none")
    func presence() async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let person: [[String]] = [
                ["status"], ["status", "set", "idle"], ["summary"], ["visible", "no"],
                ["profile", "--title", "x"], ["groups", "join", "a"],
            ]
            for words in person {
                #expect(try await place.skein(words).status == 7, "\(words)")
            }
            #expect(relay.words == [])
            let own = try await place.skein(["status", "--json=name,is_self"], adding: Self.own)
            #expect(
                own.output == """
                    {"command":"status","data":{"is_self":true,"name":"ada"},"ok":true,\
                    "schema_version":1}

                    """)
            #expect(try await place.skein(["status", "set", "dnd"], adding: Self.own).status == 0)
            let peers = try await place.skein(["peers"], adding: Self.own)
            #expect(!peers.output.contains("\u{1B}") && peers.output.contains("/␛[31m"))
            #expect(peers.output.split(separator: "\n")[1].hasSuffix("this launch"))
            let rows = try await place.skein("peers", "--format", "jsonl", "--fields", "name")
            #expect(rows.output == "{\"name\":\"ada\"}\n{\"name\":\"bob\"}\n")
            let groups = try await place.skein(["groups"], adding: Self.own)
            #expect(groups.output == "GROUP  PEERS     YOU\n@api   ada, bob  in it\n")
        }
    }

    @Test("a number is shown, and only --confirm says that it was compared")
    func verify() async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let shown = try await place.skein("verify", "bob")
            #expect(shown.output.hasPrefix("bob: 11111 22222\nYou have not compared"))
            #expect(try await place.skein("verify", "bob", "--confirm").status == 0)
            #expect(relay.words == ["safety_number", "safety_number", "mark_verified"])
            let marked = relay.questions.last?.question(MarkVerified.self)
            #expect(marked?.isVerified == true && marked?.memberKey == Self.key)
        }
    }
}
