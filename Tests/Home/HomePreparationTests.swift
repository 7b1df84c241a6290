import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Home

@Suite("Preparing the home")
struct HomePreparationTests {
    @Test("every directory made is closed to others, and preparing twice changes nothing")
    func modes() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path + "/a/b")
        try home.prepare()
        try home.prepare()
        #expect(mode(home.memberKeysDirectory) == 0o700)
        #expect(mode(home.runtimeDirectory) == 0o700)
        #expect(openToOthers(directory.path) == [])
    }

    @Test("a directory for keys that others could enter is closed")
    func closes() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path)
        try FileManager.default.createDirectory(
            atPath: home.memberKeysDirectory, withIntermediateDirectories: true)
        chmod(home.memberKeysDirectory, 0o777)
        try home.prepare()
        #expect(mode(home.memberKeysDirectory) == 0o700)
    }

    @Test("a symbolic link in place of a directory for keys is refused")
    func link() throws {
        let directory = try TemporaryDirectory()
        let elsewhere = try TemporaryDirectory()
        let home = try Home(root: directory.path)
        try FileManager.default.createDirectory(
            atPath: home.dataDirectory + "/keys", withIntermediateDirectories: true)
        symlink(elsewhere.path, home.memberKeysDirectory)
        #expect { try home.prepare() } throws: { ($0 as? SkeinError)?.code == .forbidden }
    }

    @Test(
        "a home that cannot be made is told with its path and the reason",
        arguments: [
            ("/dev/null/home", ErrorCode.homeUnwritable, "not a directory"),
            ("/proc/skein-test", .homeUnwritable, "no such file or directory"),
            ("/tmp/" + String(repeating: "x", count: 300), .homePathTooLong, "longer"),
        ])
    func unwritable(path: String, code: ErrorCode, reason: String) throws {
        let home = try Home(root: path)
        #expect { try home.prepare() } throws: { error in
            guard let error = error as? SkeinError else { return false }
            return error.code == code && error.message.contains(path.prefix(20))
                && error.message.contains(reason) && error.hint != nil
        }
    }

    @Test("a home whose path is too long for a socket is prepared, and its short place removed")
    func longPath() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path + "/" + String(repeating: "l", count: 120))
        try home.prepare()
        #expect(mode(home.runtimeDirectory) == 0o700)
        #expect(mode("/tmp/skein-\(geteuid())") == 0o700)
        home.removeSocket()
        #expect(mode(home.runtimeDirectory) == nil)
    }

    @Test("keys are 0600, come back as they were, and an id that is no id is refused")
    func secrets() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path)
        try home.prepare()
        let mesh = MeshID(rawValue: "AbC123")
        let seed = (0..<32).map { UInt8($0) }
        #expect(try home.memberSeed(mesh: mesh) == nil)
        try home.storeMemberSeed(seed, mesh: mesh)
        #expect(try home.memberSeed(mesh: mesh) == seed)

        let launch = LaunchID(rawValue: "0b1c9a2e-0000-4000-8000-000000000001")
        let secrets = LaunchSecrets(sessionSeed: seed.reversed(), token: "a token ÿ")
        try home.storeLaunchSecrets(secrets, launch: launch)
        #expect(try home.launchSecrets(launch: launch) == secrets)
        #expect(home.launchesWithSecrets() == [launch])
        #expect(openToOthers(directory.path) == [])
        #expect(mode(home.launchKeysDirectory + "/" + launch.rawValue + ".key") == 0o600)

        home.removeLaunchSecrets(launch: launch)
        #expect(home.launchesWithSecrets() == [])
        for id in ["", "../x", "a/b", "a b", ".", String(repeating: "a", count: 65)] {
            #expect(throws: SkeinError.self) {
                try home.storeMemberSeed(seed, mesh: MeshID(rawValue: id))
            }
        }
    }

    @Test("a key file that was cut short is told as damaged")
    func damaged() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path)
        try home.prepare()
        try home.storeMemberSeed([1, 2, 3], mesh: MeshID(rawValue: "m"))
        #expect { try home.memberSeed(mesh: MeshID(rawValue: "m")) } throws: {
            ($0 as? SkeinError)?.code == .storeCorrupt
        }
    }
}
