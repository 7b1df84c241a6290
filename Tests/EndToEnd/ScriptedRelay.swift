import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import MeshProtocol
import Synchronization

/// Something that listens where a place's relay would, and answers as it is told. It keeps what
/// it was asked.
final class ScriptedRelay: Sendable {
    struct Asked: Sendable {
        var ask: String
        var launch: LaunchProof?
        /// The whole line.
        var line: Data

        func question<Question: RelayQuestion>(_ type: Question.Type) -> Question? {
            (try? JSONDecoder().decode(RelayRequest<Question>.self, from: line))?.with
        }
    }

    /// What is said to one question, line by line; an empty list leaves it unanswered.
    typealias Script = @Sendable (Asked, Int) -> [Data]

    private let fd: Int32
    private let asked = Mutex<[Asked]>([])

    var questions: [Asked] { asked.withLock { $0 } }
    var words: [String] { questions.map(\.ask) }

    static let mesh = MeshID(rawValue: "meshmeshmeshmeshmeshmeshmeshmesh")

    /// The place gets a home with the mesh `demo`, and `payments` that was used before it.
    init(at place: Place, _ script: @escaping Script) throws {
        let home = try Home(root: place.home)
        try home.prepare()
        let store = try MachineDatabase.open(at: home.machineDatabasePath, createIfMissing: true)
        for (index, slug) in ["demo", "payments"].enumerated() {
            let mesh = index == 0 ? Self.mesh : MeshID(rawValue: "other")
            let keys = SigningKeys.generate()
            try home.storeMemberSeed(keys.seed, mesh: mesh)
            try store.add(
                Membership(
                    mesh: mesh, name: slug, slug: slug, place: .thisMachine,
                    member: MemberID(rawValue: "member"), memberKey: keys.publicKey,
                    permission: .admin, joinedAt: Mesh.Moment(milliseconds: 1),
                    lastUsedAt: Mesh.Moment(milliseconds: Int64(10 - index))))
        }
        store.close()
        #if os(Linux)
            fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            fd = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: home.socketPath.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(fd, 8) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        Thread.detachNewThread { [fd, weak self] in
            while true {
                let accepted = accept(fd, nil, nil)
                if accepted < 0 { return }
                Thread.detachNewThread { [weak self] in self?.serve(accepted, script) }
            }
        }
    }

    deinit {
        shutdown(fd, Int32(SHUT_RDWR))
        close(fd)
    }

    private func serve(_ socket: Int32, _ script: Script) {
        defer { close(socket) }
        let greeting = RelayGreeting(programVersion: SkeinVersion.current, pid: getpid())
        Self.write((try? JSONEncoder().encode(greeting)) ?? Data(), to: socket)
        var line = Data()
        var byte: UInt8 = 0
        while read(socket, &byte, 1) == 1 {
            guard byte == 0x0A else {
                line.append(byte)
                continue
            }
            if let head = try? JSONDecoder().decode(RelayRequestHead.self, from: line) {
                let question = Asked(ask: head.ask, launch: head.launch, line: line)
                asked.withLock { $0.append(question) }
                for reply in script(question, head.id) { Self.write(reply, to: socket) }
            }
            line = Data()
        }
    }

    private static func write(_ line: Data, to socket: Int32) {
        let bytes = Array(line) + [0x0A]
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(
                    socket, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    // MARK: - What it may say

    static func answer(_ answer: some Codable & Sendable, _ id: Int) -> [Data] {
        [(try? JSONEncoder().encode(RelayReply(id: id, answer: answer))) ?? Data()]
    }

    static func failure(_ error: SkeinError, _ id: Int) -> [Data] {
        [(try? JSONEncoder().encode(RelayReply<Done>(id: id, failed: error))) ?? Data()]
    }

    static func event(_ event: RelayEvent, _ id: Int) -> [Data] {
        [(try? JSONEncoder().encode(RelayReply<Done>(id: id, event: event))) ?? Data()]
    }

    /// A broker's answer to `AskBroker`.
    static func broker(_ body: ServerFrame.Body, _ id: Int) -> [Data] {
        answer(ServerFrame(body), id)
    }
}
