import Connection
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@Suite("A request to a broker's pages")
struct WebCallTests {
    private static func send(
        _ request: WebRequest, to server: FakeWebServer, below path: String = "",
        within limit: Duration = .seconds(5)
    ) async throws -> WebAnswer {
        let address = try WebAddress(url: server.url + path)
        return try await WebCall(address, by: .plain).send(request, within: limit)
    }

    @Test("brings a form, a bearer and the path below the server's own")
    func form() async throws {
        try await FakeWebServer.run({ _ in .json(200, #"{"ok":true}"#) }) { server in
            let answer = try await Self.send(
                WebRequest(
                    .post, "/oauth/token", body: .form([("a", "x y&é"), ("b", "")]),
                    bearer: "sk_x"), to: server, below: "/team/")
            #expect(answer.status == 200)
            #expect(answer.type == "application/json")
            #expect(String(decoding: answer.body, as: UTF8.self) == #"{"ok":true}"#)
            let asked = try #require(server.requests.first)
            #expect(asked.method == "POST" && asked.path == "/team/oauth/token")
            #expect(asked.body == "a=x%20y%26%C3%A9&b=")
            #expect(asked.field("a") == "x y&é")
            #expect(asked.headers["authorization"] == "Bearer sk_x")
            #expect(asked.headers["content-type"] == "application/x-www-form-urlencoded")
            #expect(asked.headers["host"] == "127.0.0.1:\(server.port)")
        }
    }

    @Test("takes an answer whose end is the connection's, and one in chunks")
    func ends() async throws {
        let replies = [
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        ]
        for reply in replies {
            try await FakeWebServer.run({ _ in .raw(reply) }) { server in
                let answer = try await Self.send(WebRequest(.get, "/"), to: server)
                #expect(answer.body == Array("{}".utf8))
            }
        }
    }

    @Test(
        "fails where what comes is no answer",
        arguments: [
            (FakeWebServer.Reply.hangUp, "it does not answer"),
            (.raw("SSH-2.0-OpenSSH_9.6\r\n"), "does not speak HTTP"),
            (.raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}"), ""),
            (.json(200, String(repeating: "x", count: 70_000)), "more than 64 KiB"),
            (.raw("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "y", count: 200_000)), "64 KiB"),
            (.raw("HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 60_000)), ""),
        ])
    func noAnswer(reply: FakeWebServer.Reply, words: String) async throws {
        try await FakeWebServer.run({ _ in reply }) { server in
            let error = await #expect(throws: WebCall.Failure.self) {
                try await Self.send(WebRequest(.get, "/"), to: server)
            }
            #expect(words.isEmpty || error?.reason.contains(words) == true, "\(error as Any)")
        }
    }

    @Test("takes 64 KiB, to the last byte")
    func longest() async throws {
        let text = String(repeating: "x", count: 64 << 10)
        try await FakeWebServer.run({ _ in .json(200, text) }) { server in
            let answer = try await Self.send(WebRequest(.get, "/"), to: server)
            #expect(answer.body.count == 64 << 10)
        }
    }

    @Test("does not wait longer than it may, and ends with the task")
    func limits() async throws {
        try await FakeWebServer.run({ _ in .silence }) { server in
            let error = await #expect(throws: WebCall.Failure.self) {
                try await Self.send(
                    WebRequest(.get, "/"), to: server, within: .milliseconds(100))
            }
            #expect(error?.reason == "it does not answer")
            let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                continuation.yield()
                return try await Self.send(WebRequest(.get, "/"), to: server, within: .seconds(600))
            }
            for await _ in asked { break }
            task.cancel()
            await #expect(throws: WebCall.Failure.self) { try await task.value }
        }
    }

    @Test("follows nobody elsewhere")
    func redirect() async throws {
        let reply = "HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\nContent-Length: 0\r\n\r\n"
        try await FakeWebServer.run({ _ in .raw(reply) }) { server in
            let answer = try await Self.send(WebRequest(.get, "/"), to: server)
            #expect(answer.status == 302 && answer.location == "http://other.example/")
            #expect(server.requests.count == 1)
        }
    }

    @Test("says that nobody listens")
    func nobody() async throws {
        let closed = Mutex("")
        try await FakeWebServer.run({ _ in .hangUp }) { server in
            closed.withLock { $0 = server.url }
        }
        let address = try WebAddress(url: closed.withLock { $0 })
        let error = await #expect(throws: WebCall.Failure.self) {
            try await WebCall(address, by: .plain).send(WebRequest(.get, "/"), within: .seconds(5))
        }
        #expect(error?.reason == "connection refused")
    }

    @Test("goes by a proxy's tunnel where the environment says so, and says what is wrong with it")
    func proxy() async throws {
        try await FakeWebServer.run({ _ in .json(403, "{}") }) { proxy in
            let network = NetworkSettings(environment: ["http_proxy": proxy.url])
            let address = try WebAddress(url: "http://broker.test:81", allowsPlain: true)
            let error = await #expect(throws: WebCall.Failure.self) {
                try await WebCall(address, by: network).send(
                    WebRequest(.get, "/"), within: .seconds(5))
            }
            #expect(error?.reason.contains("the proxy at 127.0.0.1") == true, "\(error as Any)")
            #expect(proxy.requests.first?.method == "CONNECT")
            #expect(proxy.requests.first?.path == "broker.test:81")
        }
    }
}
