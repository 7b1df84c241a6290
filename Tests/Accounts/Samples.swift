import Connection
import Mesh
import MeshProtocol
import TestSupport

@testable import Accounts

enum Samples {
    static let session = token("sk_session_0123456789ABCDEFGHIJabcdefghij1pddlK")
    static let other = token("sk_session_0000000000000000000000000000004DdUsY")
    static let personal = token("sk_pat_Rk2nXw8Qb1Lz5Vt7Yc3Mh9Pd4Gs6Jf4BI2dm")

    static let code = DeviceCode(
        deviceCode: "d", userCode: "BCDF-GHJK", page: "https://broker.example/device",
        fullPage: "https://broker.example/device?code=BCDF-GHJK", lifetime: 600, interval: 5)
    static let account = SignedInAccount(
        server: "https://broker.example", id: "a1", email: "ada@example.org", name: "Ada")
    static let grant = SignInGrant(token: session, seconds: 3600, account: account)

    static var server: WebAddress {
        get throws { try WebAddress(url: "https://broker.example") }
    }

    static let grantText = """
        {"access_token":"\(session.text)","token_type":"Bearer","expires_in":3600,\
        "account":{"id":"a1","email":"ada@example.org","name":"Ada"}}
        """
    static let accountText = """
        {"account":{"id":"a1","email":"ada@example.org","name":"Ada"},"token":{"id":"t1",\
        "kind":"session","name":"box","created_at":1,"expires_at":null,"last_used_at":2}}
        """

    static func codeText(_ url: String, interval: Int = 5, lifetime: Int = 600) -> String {
        """
        {"device_code":"dc","user_code":"BCDF-GHJK","verification_uri":"\(url)/device",\
        "verification_uri_complete":"\(url)/device?code=BCDF-GHJK","expires_in":\(lifetime),\
        "interval":\(interval)}
        """
    }

    static func refusal(_ code: String, status: Int = 400) -> FakeWebServer.Reply {
        .json(status, #"{"error":"\#(code)","error_description":"no"}"#)
    }

    private static func token(_ text: String) -> AccountToken {
        AccountToken(text) ?? AccountToken.make(.session) { 0 }
    }
}
