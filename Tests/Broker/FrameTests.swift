import Broker
import MeshProtocol
import Testing

@Suite("Frames and requests that are wrong or large, over the wire")
struct FrameTests {
    @Test(
        "three malformed frames end a connection",
        arguments: [
            "{", "[1]", #"{"a":"# + String(repeating: "[", count: 100_00), "nonsense",
        ])
    func badFrames(text: String) async throws {
        try await TestBroker.run { broker in
            let client = try await broker.joinSkein(TestBroker.ada)
            for _ in 0..<3 {
                client.send(text)
                #expect(try await client.frame()["code"]?.string == "bad_frame")
            }
            #expect(try await client.closing() == .close(code: 1008, reason: "bad_frame"))
        }
    }

    @Test("a client of old is told only right before the end")
    func oldBadFrames() async throws {
        try await TestBroker.run { broker in
            let client = try await broker.join(TestBroker.ada)
            client.send(opcode: 1, [0x22, 0xc3, 0x28, 0x22])
            client.send("{")
            #expect(try await client.answer("list_peers").before.isEmpty)
            client.send("{")
            #expect(try await client.frame()["code"]?.string == "bad_frame")
            #expect(try await client.closing() == .close(code: 1008, reason: "bad_frame"))
        }
    }

    @Test("an unknown type is answered where an answer can find its request")
    func unknownType() async throws {
        try await TestBroker.run { broker in
            let old = try await broker.join(TestBroker.ada, session: 11)
            old.send(#"{"type":"no_such_verb"}"#)
            let (before, answer) = try await old.answer("no_such_verb")
            #expect(before.isEmpty)
            #expect(answer.type == "error" && answer["code"]?.string == "unknown_type")
            let (_, invalid) = try await old.answer("set_status", #","status":"asleep""#)
            #expect(invalid["code"]?.string == "invalid_argument")
            let new = try await broker.joinSkein(TestBroker.bob, session: 12)
            new.send(#"{"type":"no_such_verb"}"#)
            #expect(try await new.frame()["code"]?.string == "unknown_type")
        }
    }

    @Test("64 KiB before hello and for clients of old, 1 MiB for skein/1")
    func sizes() async throws {
        try await TestBroker.run { broker in
            func summary(_ bytes: Int) -> String {
                let text = String(repeating: "x", count: bytes)
                return #"{"type":"set_summary","summary":"\#(text)"}"#
            }
            let new = try await broker.joinSkein(TestBroker.ada, session: 11)
            new.send(summary(1_000_000))
            #expect(try await new.listPeers().first?["summary"]?.string?.utf8.count == 2048)
            new.send(summary(1 << 20))
            #expect(try await new.closing() == .close(code: 1009, reason: "frame too large"))

            let old = try await broker.join(TestBroker.bob, session: 12)
            old.send(summary(65_000))
            #expect(try await old.listPeers().count == 2)
            old.send(summary(65_536))
            #expect(try await old.closing() == .close(code: 1009, reason: "frame too large"))

            let silent = try await WireClient.connect(port: broker.port)
            silent.send(summary(65_536))
            #expect(try await silent.closing() == .close(code: 1009, reason: "frame too large"))
        }
    }

    @Test("a frame is refused by its announced size, before it is sent")
    func announced() async throws {
        try await TestBroker.run { broker in
            let client = try await broker.join(TestBroker.ada)
            // One byte more than allowed, in a head that comes in three parts.
            client.write([0x81])
            client.write([0x80 | 127, 0, 0, 0, 0])
            client.write([0, 1, 0, 1])
            #expect(try await client.closing() == .close(code: 1009, reason: "frame too large"))
        }
    }

    @Test("fragments are put together, and bounded together")
    func fragments() async throws {
        try await TestBroker.run { broker in
            let client = try await broker.join(TestBroker.ada)
            let request = Array(#"{"type":"list_peers","_reqId":"f"}"#.utf8)
            client.send(opcode: 1, Array(request[..<10]), final: false)
            client.send(opcode: 9, [7])
            client.send(opcode: 0, Array(request[10..<20]), final: false)
            client.send(opcode: 0, Array(request[20...]))
            #expect(try await client.receive() == .pong([7]))
            #expect(try await client.frame()["_reqId"]?.string == "f")
            let half = [UInt8](repeating: 0x20, count: 40_000)
            client.send(opcode: 1, half, final: false)
            client.send(opcode: 0, half)
            #expect(try await client.closing() == .close(code: 1009, reason: "frame too large"))
        }
    }

    @Test("binary frames are read as text ones")
    func binary() async throws {
        try await TestBroker.run { broker in
            let client = try await WireClient.connect(port: broker.port)
            client.send(opcode: 2, Array(broker.hello(TestBroker.ada).json.utf8))
            #expect(try await client.frame().type == "hello_ack")
        }
    }

    @Test("frames that break RFC 6455 end the connection")
    func protocolErrors() async throws {
        try await TestBroker.run { broker in
            let wrong: [@Sendable (WireClient) -> Void] = [
                { $0.send(opcode: 1, Array("{}".utf8), masked: false) },
                { $0.send(opcode: 0, Array("{}".utf8)) },
                { $0.send(opcode: 5, []) },
                { $0.send(opcode: 0x41, Array("{}".utf8)) },
                { $0.send(opcode: 9, [], final: false) },
            ]
            for send in wrong {
                let client = try await WireClient.connect(port: broker.port)
                send(client)
                #expect(try await client.closing() == .close(code: 1002, reason: "protocol error"))
            }
        }
    }

    @Test("who does not read is closed, and keeps the lease")
    func slowReader() async throws {
        try await TestBroker.run(.init(outboundBytes: 64 << 10, helloSeconds: 600)) { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let slow = try await WireClient.connect(port: broker.port, receiveBuffer: 4096)
            slow.send(broker.hello(TestBroker.bob, session: 12).json)
            _ = try await slow.frame()
            let summary = String(repeating: "x", count: 2000)
            slow.send(#"{"type":"set_summary","summary":"\#(summary)"}"#)
            for _ in 0..<20_000 { slow.send(#"{"type":"list_peers"}"#) }
            #expect(try await slow.closing() == .end)
            #expect(try await ada.listPeers().count == 2)
        }
    }

    @Test("a broker that stops says so")
    func stopping() async throws {
        try await TestBroker.run { broker in
            let client = try await broker.join(TestBroker.ada)
            async let stopped: Void = broker.server.stop()
            #expect(try await client.closing() == .close(code: 1001, reason: "shutting down"))
            client.close(code: 1001)
            await stopped
            #expect(try await client.closing() == .end)
        }
    }

    @Test("a port that is taken is named")
    func portTaken() async throws {
        try await TestBroker.run { broker in
            let error = await #expect(throws: SkeinError.self) {
                try await TestBroker.run(.init(port: broker.port)) { _ in }
            }
            #expect(error?.code == .portTaken)
            #expect(error?.message.contains(String(broker.port)) == true)
        }
    }
}
