import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("What this machine remembers")
struct MachineDatabaseTests {
    @Test("a store that is only looked at is not made")
    func looking() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/machine.sqlite"
        let database = try MachineDatabase.open(at: path, createIfMissing: false)
        #expect(try database.record(directory: "/src") == MachineRecord())
        #expect(try database.launchesToWatch() == [])
        #expect(try database.setting("x") == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("taking Launch is remembered whole, in files that are their owner's alone")
    func commits() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/machine.sqlite"
        let database = try MachineDatabase.open(at: path, createIfMissing: false)
        let payments = try membership("payments")
        try database.commit(commit(launch("1"), new: payments))

        let again = try MachineDatabase.open(at: path, createIfMissing: false)
        let record = try again.record(directory: "/src")
        #expect(record.welcomed)
        #expect(record.account == .thisMachine)
        #expect(record.lastAnswers == commit(launch("1")).answers)
        #expect(record.lastName == "dev-1")
        var used = payments
        used.lastUsedAt = Moment(milliseconds: 100)
        #expect(record.memberships == [used])
        #expect(try again.launch(LaunchID(rawValue: "1")) == launch("1"))
        #expect(try again.record(directory: "/other").lastAnswers == nil)
        #expect(try again.record(directory: "/other").lastName == "dev-1")
        #expect(openToOthers(directory.path) == [])
    }

    @Test("a mesh whose name is taken leaves everything as it was")
    func wholeOrNot() throws {
        let directory = try TemporaryDirectory()
        let database = try MachineDatabase.open(
            at: directory.path + "/m", createIfMissing: true)
        try database.add(membership("payments"))
        var second = try membership("payments")
        second.mesh = MeshID(rawValue: "another")
        #expect {
            try database.commit(commit(launch("1"), new: second))
        } throws: { ($0 as? SkeinError)?.code == .meshExists }
        let record = try database.record(directory: "/src")
        #expect(!record.welcomed && record.account == nil && record.lastAnswers == nil)
        #expect(record.memberships.count == 1)
        #expect(try database.launch(LaunchID(rawValue: "1")) == nil)
    }

    @Test("the welcome is not recorded where nobody was shown it")
    func welcome() throws {
        let directory = try TemporaryDirectory()
        let database = try MachineDatabase.open(
            at: directory.path + "/m", createIfMissing: true)
        try database.commit(commit(launch("1"), new: membership("payments"), welcomed: false))
        #expect(try !database.record(directory: "/src").welcomed)
        try database.commit(commit(launch("2"), welcomed: true))
        try database.commit(commit(launch("3"), welcomed: false))
        #expect(try database.record(directory: "/src").welcomed)
    }

    @Test("meshes come last used first, wherever their broker is")
    func order() throws {
        let directory = try TemporaryDirectory()
        let database = try MachineDatabase.open(
            at: directory.path + "/m", createIfMissing: true)
        try database.add(membership("a", used: 1))
        try database.add(membership("b", used: 3, place: .broker(url: "wss://b.example/ws")))
        try database.add(membership("c", used: 2))
        #expect(try database.memberships().map(\.slug) == ["b", "c", "a"])
        #expect(try database.memberships().first?.place == .broker(url: "wss://b.example/ws"))
        try database.commit(commit(launch("1", mesh: "a", at: 9)))
        #expect(try database.memberships().map(\.slug) == ["a", "b", "c"])
    }

    @Test("launches are found by mesh and directory, watched until they end, and forgotten")
    func launches() throws {
        let directory = try TemporaryDirectory()
        let database = try MachineDatabase.open(
            at: directory.path + "/m", createIfMissing: true)
        try database.add(membership("payments"))
        for (id, at) in [("1", 10), ("2", 30), ("3", 20)] as [(String, Int64)] {
            try database.commit(commit(launch(id, at: at)))
        }
        let ids = { (records: [LaunchRecord]) in records.map(\.id.rawValue) }
        let payments = MeshID(rawValue: "id-payments")
        #expect(ids(try database.launches(mesh: payments)) == ["2", "3", "1"])
        #expect(try database.latestLaunch(directory: "/src")?.id.rawValue == "2")
        #expect(try database.latestLaunch(directory: "/none") == nil)
        #expect(ids(try database.launchesToWatch()) == ["1", "3", "2"])
        try database.endLaunch(LaunchID(rawValue: "3"), at: Moment(milliseconds: 40))
        #expect(ids(try database.launchesToWatch()) == ["1", "2"])
        try database.store(launch("3", at: 50))
        #expect(ids(try database.launchesToWatch()) == ["1", "2", "3"])
        try database.forgetLaunch(LaunchID(rawValue: "2"))
        #expect(try database.launch(LaunchID(rawValue: "2")) == nil)
    }

    @Test("a setting is kept, changed and taken away")
    func settings() throws {
        let directory = try TemporaryDirectory()
        let database = try MachineDatabase.open(
            at: directory.path + "/m", createIfMissing: true)
        try database.set("port", to: "1")
        try database.set("port", to: "2")
        #expect(try database.setting("port") == "2")
        try database.set("port", to: nil)
        #expect(try database.setting("port") == nil)
    }
}
