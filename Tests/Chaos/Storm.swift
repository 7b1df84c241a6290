import Foundation
import TestSupport

/// Messages go from one home to the other while everything between is killed.
struct Storm {
    struct Verdict {
        var accepted = 0
        var unknown = 0
        var refused = 0
        var shown = 0
        var dead = 0
        var lost: [String] = []
        var excused = 0
        var repeated: [String] = []
        var kills: [String: Int] = [:]
        var seconds = 0.0

        var isGood: Bool { lost.isEmpty && repeated.isEmpty && accepted > 0 }

        var text: String {
            let killed = kills.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                .joined(separator: ", ")
            var lines = [
                "accepted \(accepted), shown \(shown), dead \(dead), refused \(refused), "
                    + "senders killed before they answered \(unknown), in \(Int(seconds)) s",
                "killed: \(killed)",
                "printed again after a kill: \(excused)",
            ]
            if !lost.isEmpty { lines.append("LOST \(lost.count): \(lost.prefix(20))") }
            if !repeated.isEmpty {
                lines.append("TWICE without a kill \(repeated.count): \(repeated.prefix(20))")
            }
            lines.append(isGood ? "good" : "NOT good")
            return lines.joined(separator: "\n")
        }
    }

    let world: ChaosWorld
    let messages: Int
    let isVerbose: Bool
    private var random: SeededGenerator
    private var verdict = Verdict()
    private let ledger = ShownLedger()
    private var broker: ChaosProgram?
    private var receiver: ChaosProgram?
    /// A disk has been full by now.
    private var wasFull = false

    init(world: ChaosWorld, seed: UInt64, messages: Int, isVerbose: Bool) {
        self.world = world
        self.messages = messages
        self.isVerbose = isVerbose
        random = SeededGenerator(seed: seed)
    }

    mutating func run() async -> Verdict {
        let begin = Date()
        keepUp()
        var accepted: [String: String] = [:]
        for number in 0..<messages {
            let text = "storm-\(number)x"
            if Int.random(in: 0..<6, using: &random) == 0 { strike() }
            keepUp()
            switch send(text) {
            case .accepted(let id): accepted[text] = id
            case .refused: verdict.refused += 1
            case .unknown: verdict.unknown += 1
            }
        }
        calm(accepted)
        verdict.seconds = Date().timeIntervalSince(begin)
        verdict.accepted = accepted.count
        settle(accepted)
        end(receiver)
        end(broker)
        (verdict.excused, verdict.repeated) = ledger.repeated
        return verdict
    }

    // MARK: - Those who write and read

    private enum Outcome {
        case accepted(String)
        case refused
        case unknown
    }

    private mutating func send(_ text: String) -> Outcome {
        let target = Int.random(in: 0..<4, using: &random) == 0 ? "@all" : "bob"
        guard
            let sender = try? program(
                ["send", target, text, "--mesh", ChaosWorld.slug, "--json"], of: "ana")
        else { return .refused }
        if Int.random(in: 0..<20, using: &random) == 0 {
            usleep(UInt32.random(in: 0..<40_000, using: &random))
            kill(sender.pid, SIGKILL)
            verdict.kills["sender", default: 0] += 1
        }
        guard let (status, output) = sender.end(within: 60) else { return .unknown }
        if status == 0, let id = Self.id(in: output) { return .accepted(id) }
        if isVerbose { say("send: \(status) \(output)") }
        return status < 0 ? .unknown : .refused
    }

    private static func id(in output: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        return (object?["data"] as? [String: Any])?["id"] as? String
    }

    private func program(
        _ words: [String], of person: String, heard: (@Sendable (String) -> Void)? = nil
    ) throws -> ChaosProgram {
        try ChaosProgram(
            world.skein, words, environment: world.environment(of: person),
            complaints: world.root + "/\(person).err", heard: heard)
    }

    /// Whoever is gone is started again.
    private mutating func keepUp() {
        if broker?.isRunning != true {
            broker = try? ChaosProgram(
                world.skein,
                [
                    "broker", "--data", world.root + "/broker", "--port",
                    String(world.brokerPort), "--json", "--sends-per-minute", "0",
                ], environment: world.environment(of: "ana"),
                complaints: world.root + "/broker.err")
            note(broker)
        }
        for person in ChaosWorld.people where world.relay(of: person) == nil {
            // Where a verb is quicker, it is the product's own, whose clock is right.
            _ = try? ChaosProgram(
                ChaosWorld.relayProgram, ["relay", "run", "--clock", world.clock(of: person)],
                environment: world.environment(of: person),
                complaints: world.root + "/\(person).relay.err")
        }
        if receiver?.isRunning != true {
            // That something was shown cannot be kept on a full disk: the receiver ends, and the
            // next one is shown it once more.
            if wasFull { ledger.noteKill() }
            receiver = try? program(
                ["inbox", "--follow", "--format", "jsonl", "--mesh", ChaosWorld.slug], of: "bob",
                heard: { [ledger] in ledger.heard($0) })
            note(receiver)
        }
    }

    private func note(_ program: ChaosProgram?) {
        guard let pid = program?.pid else { return }
        world.started.pids.withLock { _ = $0.insert(pid) }
    }

    /// At once, and what it said until then is heard.
    private func end(_ program: ChaosProgram?) {
        guard let program else { return }
        world.started.pids.withLock { _ = $0.remove(program.pid) }
        kill(program.pid, SIGKILL)
        _ = program.end(within: 10)
    }

    // MARK: - What strikes

    private mutating func strike() {
        let victim =
            [
                "relay of ana", "relay of bob", "broker", "receiver", "sockets", "clock of ana",
                "clock of bob", "disk", "disk",
            ].randomElement(using: &random) ?? "broker"
        verdict.kills[victim, default: 0] += 1
        if isVerbose { say("strikes the \(victim)") }
        switch victim {
        case "relay of ana":
            if let pid = world.relay(of: "ana") { kill(pid, SIGKILL) }
        case "relay of bob":
            if let pid = world.relay(of: "bob") { kill(pid, SIGKILL) }
            // What was printed before is in the ledger by then, and nothing was printed since.
            usleep(20_000)
            ledger.noteKill()
        case "broker":
            end(broker)
        case "receiver":
            end(receiver)
            // What it printed is in the ledger by now.
            ledger.noteKill()
        case "clock of ana", "clock of bob":
            // Less than a minute is nothing to a broker; more, and it lets nobody in.
            let steps = [-7_200_000, -40_000, 0, 0, 40_000, 7_200_000]
            world.setClock(
                of: String(victim.suffix(3)), offBy: steps.randomElement(using: &random) ?? 0)
        case "disk":
            for disk in world.disks { disk.free() }
            if Bool.random(using: &random) { world.disks.randomElement(using: &random)?.fill() }
            wasFull = true
        default: world.cutter.cut()
        }
    }

    // MARK: - The end

    /// Nothing strikes any more, until all is shown or nothing moves for a minute.
    private mutating func calm(_ accepted: [String: String]) {
        for disk in world.disks { disk.free() }
        for person in ChaosWorld.people { world.setClock(of: person, offBy: 0) }
        var last = (count: -1, at: Date())
        while accepted.contains(where: { !ledger.wasShown($0.key) }) {
            keepUp()
            if let sync = try? program(["sync", "--wait", "2", "--json"], of: "ana") {
                _ = sync.end(within: 30)
            }
            usleep(100_000)
            if ledger.count != last.count { last = (ledger.count, Date()) }
            if Date().timeIntervalSince(last.at) > 60 { return }
        }
    }

    private mutating func settle(_ accepted: [String: String]) {
        for (text, id) in accepted.sorted(by: { $0.key < $1.key }) {
            if ledger.wasShown(text) {
                verdict.shown += 1
                continue
            }
            let report = try? program(["message", id, "--json"], of: "ana")
            let output = report?.end(within: 30)?.output ?? ""
            if output.contains(#""state":"dead""#) {
                verdict.dead += 1
            } else {
                verdict.lost.append("\(text) \(id)")
            }
        }
    }
}
