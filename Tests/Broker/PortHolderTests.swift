import Foundation
import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Who has the port")
struct PortHolderTests {
    static let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1EDC 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100
           1: 0100007F:1EDC 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20
           2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100
           3: short
        """

    @Test("only those who listen on that port are meant")
    func inodes() {
        #expect(PortHolder.inodes(listeningOn: 7900, in: Self.table) == ["111"])
        #expect(PortHolder.inodes(listeningOn: 80, in: Self.table) == ["333"])
        #expect(PortHolder.inodes(listeningOn: 81, in: Self.table).isEmpty)
        #expect(PortHolder.inodes(listeningOn: 80, in: "").isEmpty)
    }

    #if os(Linux)
        @Test("a port that is taken is told with the process that has it")
        func told() async throws {
            try await TestBroker.run { broker in
                let error = await #expect(throws: SkeinError.self) {
                    try await TestBroker.run(.init(port: broker.port)) { _ in }
                }
                #expect(error?.code == .portTaken)
                let pid = ProcessInfo.processInfo.processIdentifier
                #expect(error?.message.hasSuffix("process \(pid)") == true)
            }
        }
    #endif
}
