import Foundation

/// A person with an account at a broker, and the browser in which they are signed in there.
struct BrowserOfAccount {
    let port: Int
    private var cookies: [String: String] = [:]

    /// Makes the account.
    init(_ email: String, name: String, port: Int) throws {
        self.port = port
        _ = try send(
            "/register",
            ["email": email, "name": name, "password": "a long enough password"])
    }

    /// What a machine that waits for an approval is given: the broker's own form, taken by a click.
    mutating func session(device: String) throws -> String {
        let asked = try json(
            "/oauth/device_authorization",
            ["client_id": "skein", "device_name": device, "os": "Linux"])
        guard let code = asked["device_code"] as? String, let user = asked["user_code"] as? String
        else { throw OldClient.Failure(description: "no code: \(asked)") }
        _ = try send(
            "/device", ["user_code": user, "decision": "approve"], page: "/device?user_code=\(user)")
        let grant = try json(
            "/oauth/token",
            [
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": code,
                "client_id": "skein",
            ])
        guard let token = grant["access_token"] as? String else {
            throw OldClient.Failure(description: "no token: \(grant)")
        }
        return token
    }

    /// Opens a page, and sends its form.
    private mutating func send(
        _ path: String, _ fields: [String: String], page: String? = nil
    ) throws -> String {
        let form = try visit("GET", page ?? path)
        guard let seal = form.components(separatedBy: #"name="seal" value=""#).last?.prefix(64),
            seal.allSatisfy(\.isHexDigit)
        else { throw OldClient.Failure(description: "no form: \(form)") }
        let answer = try visit(
            "POST", path, Self.form(fields.merging(["seal": String(seal)]) { $1 }))
        guard answer.hasPrefix("HTTP/1.1 303") || answer.hasPrefix("HTTP/1.1 200") else {
            throw OldClient.Failure(description: answer)
        }
        return answer
    }

    private func json(_ path: String, _ fields: [String: String]) throws -> [String: Any] {
        let answer = try OldClient.page(
            path, port: port, method: "POST", headers: [Self.formType], body: Self.form(fields))
        let body = answer.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        return try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] ?? [:]
    }

    private mutating func visit(
        _ method: String, _ path: String, _ body: String = ""
    ) throws -> String {
        var headers = [Self.formType, "Origin: http://127.0.0.1:\(port)"]
        if !cookies.isEmpty {
            headers.append("Cookie: " + cookies.map { "\($0)=\($1)" }.joined(separator: "; "))
        }
        let answer = try OldClient.page(
            path, port: port, method: method, headers: headers, body: body)
        for line in answer.components(separatedBy: "\r\n")
        where line.lowercased().hasPrefix("set-cookie: ") {
            let pair = line.dropFirst(12).prefix { $0 != ";" }
                .split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { cookies[pair[0]] = pair[1] }
        }
        return answer
    }

    private static let formType = "Content-Type: application/x-www-form-urlencoded"

    private static func form(_ fields: [String: String]) -> String {
        fields.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
