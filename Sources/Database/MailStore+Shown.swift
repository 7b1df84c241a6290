import GRDB
import Mesh
import MeshProtocol

/// What a broker has yet to hear of an inbox, and inboxes that nobody reads any more.
extension MailStore {
    /// Milliseconds for which what was told a broker is told again on a new link: the old one may
    /// have been dead already, and a broker answers nothing to it.
    static let toldAgain: Int64 = 5 * 60_000
    /// Told at once, at most.
    private static let mostTold = 10_000

    /// What was shown of a mesh and its broker may not know.
    public func untold(of mesh: MeshID, at now: Moment) async throws(SkeinError) -> [InboxKey] {
        try await read { db in
            try db.rows(
                """
                SELECT mesh, id, launch FROM untold
                WHERE mesh = ? AND (toldAt IS NULL OR toldAt > ?) LIMIT ?
                """,
                [
                    mesh.rawValue, now.advanced(byMilliseconds: -Self.toldAgain).milliseconds,
                    Self.mostTold,
                ]
            ).map { InboxKey($0) }
        }
    }

    /// Meshes whose brokers have yet to be told something for the first time.
    public func meshesToTell() async throws(SkeinError) -> Set<MeshID> {
        let meshes: [String] = try await read {
            try $0.values("SELECT DISTINCT mesh FROM untold WHERE toldAt IS NULL", [])
        }
        return Set(meshes.map { MeshID(rawValue: $0) })
    }

    public func noteTold(_ keys: [InboxKey], at now: Moment) async throws(SkeinError) {
        if keys.isEmpty { return }
        try await write(waitsForDisk: false) { db in
            for key in keys {
                try db.run(
                    "UPDATE untold SET toldAt = ? WHERE mesh = ? AND id = ? AND launch = ?",
                    [
                        now.milliseconds, key.mesh.rawValue, key.id.rawValue,
                        key.launch?.rawValue ?? "",
                    ])
            }
        }
    }

    /// Launches that have unread mail.
    public func launchesWithUnread() async throws(SkeinError) -> Set<LaunchID> {
        let launches: [String] = try await read {
            try $0.values(
                "SELECT DISTINCT launch FROM unread WHERE launch <> '' AND messages > 0", [])
        }
        return Set(launches.map { LaunchID(rawValue: $0) })
    }

    /// The unread mail of a launch that will not come back is the person's; what the person has as
    /// well, is there once.
    public func adopt(_ launch: LaunchID) async throws(SkeinError) {
        try await write { db in
            try db.run(
                """
                DELETE FROM incoming WHERE launch = :launch AND shownAt IS NULL AND EXISTS (
                    SELECT 1 FROM incoming AS own
                    WHERE own.mesh = incoming.mesh AND own.id = incoming.id AND own.launch = '')
                """,
                ["launch": launch.rawValue])
            try db.run(
                "UPDATE incoming SET launch = '' WHERE launch = ? AND shownAt IS NULL",
                [launch.rawValue])
        }
    }
}
