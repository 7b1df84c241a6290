import CSystemCalls
import Foundation
import Logging
import MeshProtocol
import NIOCore
import NIOPosix

/// The relay's socket: 0600 in a directory that is 0700, for this user's programs only. It cuts
/// connections into lines and gives them to the server, and knows nothing of what they mean.
struct RelayListener: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let channel: NIOAsyncChannel<any Channel, Never>

    /// A socket left at `path` is replaced: the caller holds the home's lock, so nobody listens
    /// on it.
    init(path: String, group: any EventLoopGroup) async throws(SkeinError) {
        unlink(path)
        do {
            channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                // Read from only once somebody serves it.
                .childChannelOption(.autoRead, value: false)
                .bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ByteToMessageHandler(RelayLineDecoder()))
                        return channel
                    }
                }
        } catch {
            throw Self.unmakeable(path, (error as? IOError)?.errnoCode)
        }
        guard chmod(path, 0o600) == 0 else { throw Self.unmakeable(path, errno) }
    }

    private static func unmakeable(_ path: String, _ number: Int32?) -> SkeinError {
        let why = number.map { ": " + String(cString: strerror($0)).lowercased() } ?? ""
        let sentence = "the relay's socket \(path) cannot be made\(why)"
        if number == ENOSPC || number == EDQUOT {
            return SkeinError(.diskFull, sentence, hint: "Free some space, then try again")
        }
        return SkeinError(
            .homeUnwritable, sentence,
            hint: "Make its directory writable, or set SKEIN_HOME to one that is")
    }

    func close() { channel.channel.close(promise: nil) }

    /// Runs `serve`, which has to close it, for each connection of this user until the listener is
    /// closed and every connection is done.
    func run(
        _ serve: @escaping @Sendable (Connection) async throws -> Void, logger: Logger
    ) async {
        try? await channel.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await channel in connections {
                    group.addTask {
                        do {
                            guard try await Self.isOurs(channel) else {
                                logger.warning("refused another user's connection")
                                try await channel.close()
                                return
                            }
                            try await serve(Self.connection(channel))
                        } catch {
                            logger.debug("a connection ended: \(error)")
                        }
                    }
                }
            }
        }
    }

    /// Whoever gets it must call its `executeThenClose`. A connection that nobody has taken up when
    /// the relay ends is none yet: letting go of one would be fatal.
    private static func connection(_ channel: any Channel) async throws -> Connection {
        let connection = try await channel.eventLoop.submit {
            try Connection(wrappingChannelSynchronously: channel)
        }.get()
        _ = channel.setOption(.autoRead, value: true)
        return connection
    }

    /// The process that connected; nil where the system does not say.
    static func process(at channel: any Channel) async -> Int32? {
        guard let options = channel as? any SocketOptionProvider else { return nil }
        #if os(Linux)
            let credentials: skein_peer_credentials? = try? await options.unsafeGetSocketOption(
                level: .socket, name: .init(rawValue: SO_PEERCRED)
            ).get()
            return credentials?.pid
        #else
            let process: pid_t? = try? await options.unsafeGetSocketOption(
                level: .init(rawValue: SOL_LOCAL), name: .init(rawValue: LOCAL_PEERPID)
            ).get()
            return process
        #endif
    }

    private static func isOurs(_ channel: any Channel) async throws -> Bool {
        guard let options = channel as? any SocketOptionProvider else { return false }
        #if os(Linux)
            let credentials: skein_peer_credentials = try await options.unsafeGetSocketOption(
                level: .socket, name: .init(rawValue: SO_PEERCRED)
            ).get()
            return credentials.uid == geteuid()
        #else
            let credentials: xucred = try await options.unsafeGetSocketOption(
                level: .init(rawValue: SOL_LOCAL), name: .init(rawValue: LOCAL_PEERCRED)
            ).get()
            return credentials.cr_uid == geteuid()
        #endif
    }
}
