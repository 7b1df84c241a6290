import Broker
import BrokerEngine
import Database
import Foundation
import Logging
import Mesh
import MeshProtocol
import Testing

/// Two brokers over one store and one bus, as a cluster is: what is sent at one arrives at the other.
@Suite("Two brokers of one store")
struct BusTests {
    @Test("mail, state and a ban cross from one to the other")
    func crossing() async throws {
        try await TestBroker.run { first in
            try await first.withSibling { sibling in
                let ada = try await first.joinSkein(TestBroker.ada, session: 21)
                let bob = try await WireClient.connect(port: sibling)
                let hello = first.hello(TestBroker.bob, session: 22).changed {
                    $0.speaksSkein = true
                }
                bob.send(hello.json)
                _ = try await bob.frame(type: "hello_ack")

                let target = WireKeys(seed: 22).publicHex
                ada.send(
                    #"{"type":"send","targetSpec":"\#(target)","priority":"now","nonce":"bm9uY2U=","#
                        + #""ciphertext":"Ym9keQ==","id":"018f0000-0000-7000-8000-000000000001"}"#)
                #expect(try await ada.frame(type: "ack")["queued"] == .bool(true))
                let push = try await bob.frame(type: "push")
                #expect(push["ciphertext"]?.string == "Ym9keQ==")
                let receipt = try await ada.frame(type: "receipt")
                #expect(receipt["state"]?.string == "pushed")

                ada.send(#"{"type":"set_state","key":"k","value":{"n":1}}"#)
                #expect(try await bob.frame(type: "state_change")["key"]?.string == "k")

                ada.send(#"{"type":"ban","target":"\#(TestBroker.bob.keys.publicHex)","_reqId":"b"}"#)
                _ = try await ada.frame(type: "ban_ack")
                #expect(try await bob.closing() == .close(code: 4002, reason: "banned"))
            }
        }
    }
}

extension WireClient {
    /// The next frame of this type; others are passed over.
    func frame(type: String) async throws -> Json {
        while true {
            let frame = try await frame()
            if frame.type == type { return frame }
        }
    }
}
