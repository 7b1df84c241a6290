import BrokerEngine
import Foundation
import MemoryStore
import Mesh
import MeshCrypto
import MeshProtocol
import NIOHTTP1
import Testing

@testable import Broker

/// A registry with accounts, asked by programs and by browsers, without a socket.
struct AccountWorld {
    static let url = "https://broker.example"
    static let password = "correct horse battery"

    /// What one browser keeps.
    struct Browser {
        var cookies: [String: String] = [:]
        var address = "192.0.2.7"
    }

    struct Answer {
        var status: Int
        var text: String
        var json: Json
        var headers: HTTPHeaders

        var location: String? { headers.first(name: "location") }
        var error: String? { json["error"]?.string }

        /// What its form carries to be sent back.
        var seal: String {
            let parts = text.components(separatedBy: #"name="seal" value=""#)
            return parts.count > 1 ? String(parts[1].prefix { $0 != "\"" }) : ""
        }
    }

    var pages: PageWorld

    init(_ change: (inout AccountSettings) -> Void = { _ in }, url: String = url) throws {
        var settings = PageDesk.Settings()
        var accounts = AccountSettings()
        accounts.passwordCost = .least
        change(&accounts)
        settings.accounts = accounts
        pages = try PageWorld(settings)
        pages.registry.publicURL = url
    }

    var contents: MemoryContents { pages.store.contents }

    // MARK: - Programs

    mutating func ask(
        _ method: HTTPMethod, _ path: String, _ body: String = "",
        _ headers: [(String, String)] = [], from address: String = "192.0.2.1"
    ) -> Answer {
        let id = pages.begin(method, path, body, headers: headers, from: address)
        let (status, text, json) = pages.runStore()[id] ?? (0, "", .null)
        return Answer(
            status: status, text: text, json: json, headers: pages.heads[id] ?? HTTPHeaders())
    }

    static let formType = [("Content-Type", "application/x-www-form-urlencoded")]

    mutating func post(
        _ path: String, _ fields: [(String, String)], from address: String = "192.0.2.1"
    ) -> Answer {
        ask(.POST, path, Self.encoded(fields), Self.formType, from: address)
    }

    static func encoded(_ fields: [(String, String)]) -> String {
        fields.map { name, value in
            let bytes = value.utf8.map { byte -> String in
                let isPlain = (48...57).contains(byte) || (65...90).contains(byte)
                    || (97...122).contains(byte)
                return isPlain
                    ? String(UnicodeScalar(byte)) : "%" + Hex.text([byte])
            }
            return name + "=" + bytes.joined()
        }.joined(separator: "&")
    }

    mutating func bearer(
        _ method: HTTPMethod, _ path: String, _ token: String, _ body: JSONValue? = nil
    ) -> Answer {
        ask(method, path, body?.canonical ?? "", [("Authorization", "Bearer " + token)])
    }

    // MARK: - Browsers

    mutating func open(_ path: String, _ browser: inout Browser) -> Answer {
        visit(.GET, path, "", [], &browser)
    }

    /// Sends a form that a page gave, as a browser does.
    mutating func submit(
        _ path: String, _ fields: [(String, String)], seal: String, _ browser: inout Browser,
        origin: String? = url
    ) -> Answer {
        let headers = Self.formType + (origin.map { [("Origin", $0)] } ?? [])
        return visit(.POST, path, Self.encoded(fields + [("seal", seal)]), headers, &browser)
    }

    mutating func visit(
        _ method: HTTPMethod, _ path: String, _ body: String, _ headers: [(String, String)],
        _ browser: inout Browser
    ) -> Answer {
        let cookies = browser.cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ")
        var all = headers + [("Host", "broker.example")]
        if !cookies.isEmpty { all.append(("Cookie", cookies)) }
        let answer = ask(method, path, body, all, from: browser.address)
        for cookie in answer.headers["set-cookie"] {
            let pair = cookie.prefix { $0 != ";" }.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = String(pair[1])
            browser.cookies[String(pair[0])] = value.isEmpty ? nil : value
        }
        return answer
    }

    /// A browser with a new account, signed in.
    mutating func register(
        _ email: String = "ann@flock.example", name: String = "Ann", from address: String = "192.0.2.7"
    ) -> Browser {
        var browser = Browser(address: address)
        let seal = open("/register", &browser).seal
        let answer = submit(
            "/register", [("email", email), ("name", name), ("password", Self.password)],
            seal: seal, &browser)
        #expect(answer.status == 303)
        return browser
    }

    // MARK: - Machines

    struct Asked {
        var device: String
        var user: String
    }

    mutating func authorize(
        _ name: String = "laptop", os: String = "Linux", from address: String = "192.0.2.1"
    ) -> Asked {
        let answer = post(
            "/oauth/device_authorization",
            [("client_id", "skein"), ("device_name", name), ("os", os)], from: address)
        return Asked(
            device: answer.json["device_code"]?.string ?? "",
            user: answer.json["user_code"]?.string ?? "")
    }

    mutating func poll(_ asked: Asked) -> Answer {
        post(
            "/oauth/token",
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", asked.device), ("client_id", "skein"),
            ])
    }

    mutating func decide(_ asked: Asked, _ browser: inout Browser) -> Answer {
        decide(asked, "approve", &browser)
    }

    mutating func decide(
        _ asked: Asked, _ decision: String, _ browser: inout Browser
    ) -> Answer {
        let card = open("/device?user_code=" + asked.user, &browser)
        return submit(
            "/device", [("user_code", asked.user), ("decision", decision)], seal: card.seal,
            &browser)
    }

    /// A token of a machine that `browser` approved.
    mutating func signIn(_ name: String = "laptop", _ browser: inout Browser) -> String {
        let asked = authorize(name)
        #expect(decide(asked, &browser).status == 200)
        return poll(asked).json["access_token"]?.string ?? ""
    }

    mutating func accountID(_ token: String) -> String {
        bearer(.GET, "/api/v1/account", token).json["account"]?["id"]?.string ?? ""
    }

    /// The fields of a request to make or join a mesh. `mesh` is what the proof is for.
    mutating func joining(
        _ mesh: String, _ keys: SigningKeys, _ token: String, name: String = "Ann"
    ) -> [String: JSONValue] {
        let timestamp = pages.now.wall.milliseconds
        let bytes = AccountJoinBytes.canonical(
            mesh: mesh, account: accountID(token), memberKey: keys.publicKey.hex,
            timestamp: timestamp)
        return [
            "member_key": .string(keys.publicKey.hex), "display_name": .string(name),
            "proof": .string(Hex.text(keys.sign(bytes))), "timestamp": .integer(timestamp),
        ]
    }

    /// Makes a mesh with a new owner's key; answers its id.
    mutating func makeMesh(
        _ name: String = "Payments", _ keys: SigningKeys, _ token: String
    ) -> String {
        let owner = SigningKeys.generate().publicKey.hex
        var body = joining(owner, keys, token)
        body["name"] = .string(name)
        body["owner_key"] = .string(owner)
        let answer = bearer(.POST, "/api/v1/meshes", token, .object(body))
        #expect(answer.status == 200, "\(answer.text)")
        return answer.json["mesh"]?["id"]?.string ?? ""
    }

    mutating func joinMesh(_ mesh: String, _ keys: SigningKeys, _ token: String) -> Answer {
        let body = joining(mesh, keys, token)
        return bearer(.POST, "/api/v1/meshes/\(mesh)/join", token, .object(body))
    }

    /// A session of a member that an account brought in; its answer to hello.
    mutating func hello(
        _ mesh: String, _ member: String, _ keys: SigningKeys, socket number: UInt64
    ) -> (socket: SocketID, type: String?, effects: [Effect]) {
        let socket = SocketID(number: number)
        let now = pages.now
        _ = pages.registry.connected(socket, at: now)
        let timestamp = now.wall.milliseconds
        let signature = keys.sign(
            HelloBytes.canonical(
                mesh: mesh, member: member, publicKey: keys.publicKey.hex, timestamp: timestamp))
        let hello = HelloFrame(
            meshID: mesh, memberID: member, publicKey: keys.publicKey.hex, displayName: nil,
            sessionID: "s\(number)", pid: 1, cwd: "/", groups: [], timestamp: timestamp,
            signature: Hex.text(signature), capabilities: [FrameLimits.skein1], kind: nil)
        let effects = pages.registry.received(
            ClientFrame(.hello(hello), requestID: nil).json, from: socket, at: now)
        let frame = effects.frames(to: socket).first
        let json = frame.flatMap { try? JSONDecoder().decode(Json.self, from: Data($0.json)) }
        return (socket, json?.type, effects)
    }
}
