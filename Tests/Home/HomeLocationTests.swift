import Foundation
import MeshProtocol
import TestSupport
import Testing

@testable import Home

@Suite("Where the home is")
struct HomeLocationTests {
    @Test("SKEIN_HOME puts everything under one directory")
    func oneDirectory() throws {
        let home = try Home.locate(environment: ["SKEIN_HOME": "/somewhere/", "HOME": "/root"])
        let paths = [
            home.socketPath, home.relayLockPath, home.relayLogPath, home.machineDatabasePath,
            home.brokerDatabasePath, home.memberKeysDirectory, home.launchKeysDirectory,
            home.configFilePath, home.themesDirectory, home.terminfoDirectory,
        ]
        for path in paths { #expect(path.hasPrefix("/somewhere/")) }
        #expect(Set(paths).count == paths.count)
        #expect(home.environment == ["SKEIN_HOME": "/somewhere"])
    }

    @Test("a relative SKEIN_HOME starts at the current directory")
    func relative() throws {
        let home = try Home.locate(environment: ["SKEIN_HOME": "here"])
        #expect(home.root == FileManager.default.currentDirectoryPath + "/here")
    }

    @Test("without SKEIN_HOME each XDG directory is taken, or its default")
    func xdg() throws {
        let given = try Home.locate(environment: [
            "HOME": "/h", "SKEIN_HOME": "", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d",
            "XDG_STATE_HOME": "/s/", "XDG_CACHE_HOME": "/k", "XDG_RUNTIME_DIR": "/r",
        ])
        #expect(given.configFilePath == "/c/skein/config.toml")
        #expect(given.machineDatabasePath == "/d/skein/machine.sqlite")
        #expect(given.relayLogPath == "/s/skein/relay.log")
        #expect(given.terminfoDirectory == "/k/skein/terminfo")
        #expect(given.socketPath == "/r/skein/relay.sock")
        #expect(given.root == nil && given.environment.isEmpty)

        let usual = try Home.locate(environment: ["HOME": "/h", "XDG_DATA_HOME": "relative"])
        #expect(usual.configDirectory == "/h/.config/skein")
        #expect(usual.dataDirectory == "/h/.local/share/skein")
        #expect(usual.stateDirectory == "/h/.local/state/skein")
        #expect(usual.cacheDirectory == "/h/.cache/skein")
        #expect(usual.socketPath == "/h/.local/state/skein/run/relay.sock")
    }

    @Test("a path too long for a socket gets a short directory of its own, always the same one")
    func longPath() throws {
        let long = "/tmp/" + String(repeating: "x", count: 150)
        let home = try Home.locate(environment: ["SKEIN_HOME": long])
        let other = try Home.locate(environment: ["SKEIN_HOME": long + "y"])
        #expect(home.socketPath.utf8.count <= SocketPlace.longestPath)
        #expect(home.socketPath.hasPrefix("/tmp/skein-\(geteuid())/"))
        #expect(home == (try Home.locate(environment: ["SKEIN_HOME": long])))
        #expect(home.socketPath != other.socketPath)
        #expect(home.machineDatabasePath.hasPrefix(long))

        let runtime = try Home.locate(environment: [
            "HOME": "/h", "XDG_RUNTIME_DIR": "/" + String(repeating: "r", count: 95),
        ])
        #expect(runtime.runtimeDirectory.hasPrefix("/tmp/skein-"))
        let fits = try Home.locate(environment: [
            "HOME": "/h", "XDG_STATE_HOME": "/" + String(repeating: "s", count: 90),
            "XDG_RUNTIME_DIR": "/run/user/1",
        ])
        #expect(fits.socketPath == "/run/user/1/skein/relay.sock")
    }

    @Test("locating makes nothing on disk")
    func makesNothing() throws {
        let directory = try TemporaryDirectory()
        let home = try Home.locate(environment: ["SKEIN_HOME": directory.path])
        _ = try home.memberSeed(mesh: .init(rawValue: "m"))
        _ = Configuration.read(home.configFilePath)
        _ = home.launchesWithSecrets()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }
}
