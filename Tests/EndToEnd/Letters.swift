import Foundation
import TestSupport

/// A message as `skein inbox --json` prints it.
struct Letter: Sendable {
    var id, from, fromKey, author, trust, to, priority, text: String
    var fromMemberKey, answers: String?
    var hops: Int

    init?(_ row: [String: any Sendable]) {
        guard let id = row["id"] as? String, let from = row["from"] as? String,
            let fromKey = row["from_key"] as? String, let author = row["author"] as? String,
            let trust = row["trust"] as? String, let to = row["to"] as? String,
            let priority = row["priority"] as? String, let text = row["text"] as? String,
            let hops = row["hops"] as? Int
        else { return nil }
        (self.id, self.from, self.fromKey, self.author) = (id, from, fromKey, author)
        (self.trust, self.to, self.priority, self.text) = (trust, to, priority, text)
        self.hops = hops
        fromMemberKey = row["from_member_key"] as? String
        answers = row["answers"] as? String
    }
}

/// A recipient as `skein message --json` prints it.
struct Receipt: Sendable {
    var name, key: String
    var state, reason: String?
    /// Milliseconds since 1970.
    var times: [String: Int]

    /// The states in the order of their times.
    var path: [String] {
        let order = ["stored", "pushed", "acked", "shown"]
        return times.keys.sorted {
            (times[$0] ?? 0, order.firstIndex(of: $0) ?? 9)
                < (times[$1] ?? 0, order.firstIndex(of: $1) ?? 9)
        }
    }
}

/// Whoever can call Skein: a person in a place, or a launch.
protocol Caller {
    func call(_ words: [String]) async throws -> Command
}

extension Place: Caller {
    func call(_ words: [String]) async throws -> Command { try await skein(words) }
}

extension Caller {
    /// What a verb says with `--json`. It fails where the verb does.
    func data(_ words: [String]) async throws -> [String: any Sendable] {
        let command = try await call(words + ["--json"])
        guard command.status == 0, let data = try command.json["data"] as? [String: any Sendable]
        else { throw Command.Late(description: "\(words): \(command)") }
        return data
    }

    /// The message's id.
    @discardableResult
    func send(_ to: String, _ text: String, _ words: String...) async throws -> String {
        let data = try await data(["send", to, text] + words)
        return data["id"] as? String ?? ""
    }

    /// What is unread, read: once more than there is now after `wait`.
    func letters(_ words: String..., wait: String? = nil) async throws -> [Letter] {
        let data = try await data(["inbox"] + words + (wait.map { ["--wait", $0] } ?? []))
        return (data["messages"] as? [[String: any Sendable]] ?? []).compactMap(Letter.init)
    }

    /// The next letter, waited for.
    func letter() async throws -> Letter {
        guard let letter = try await letters("--limit", "1", wait: "10s").first else {
            throw Command.Late(description: "no letter came")
        }
        return letter
    }

    func receipts(_ id: String) async throws -> (state: String, reason: String?, [Receipt]) {
        let data = try await data(["message", id])
        let rows = data["recipients"] as? [[String: any Sendable]] ?? []
        let receipts = rows.map { row in
            Receipt(
                name: row["name"] as? String ?? "", key: row["key"] as? String ?? "",
                state: row["state"] as? String, reason: row["reason"] as? String,
                times: (row["times_ms"] as? [String: any Sendable] ?? [:]).compactMapValues {
                    $0 as? Int
                })
        }
        return (data["state"] as? String ?? "", data["reason"] as? String, receipts)
    }

    /// How far a message to one has come.
    func state(of id: String) async throws -> String? {
        let (state, _, receipts) = try await receipts(id)
        return receipts.first?.state ?? state
    }

    /// Peers by name: a row of `skein peers`.
    func peers() async throws -> [String: [String: any Sendable]] {
        let rows = try await data(["peers"])["peers"] as? [[String: any Sendable]] ?? []
        return Dictionary(
            rows.map { ($0["name"] as? String ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Waits until it sees all of these peers.
    func sees(_ names: String...) async throws {
        try await eventually("\(names)", within: .seconds(10)) {
            let seen = try await peers()
            return names.allSatisfy { seen[$0] != nil }
        }
    }
}
