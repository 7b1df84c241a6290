import BrokerEngine
import Mesh
import MeshProtocol

/// How a machine asks to be signed in (RFC 8628).
extension Registry {
    static let clientID = "skein"
    static let deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code"

    /// RFC 8414.
    mutating func showAuthorizationServer(_ request: PageRequest, at now: Instant) {
        answer(
            request,
            .json(
                .ok,
                [
                    "issuer": .string(publicURL),
                    "device_authorization_endpoint":
                        .string(publicURL + "/oauth/device_authorization"),
                    "token_endpoint": .string(publicURL + "/oauth/token"),
                    "revocation_endpoint": .string(publicURL + "/oauth/revoke"),
                    "grant_types_supported": [.string(Self.deviceGrantType)],
                    "response_types_supported": [],
                    "token_endpoint_auth_methods_supported": ["none"],
                    "revocation_endpoint_auth_methods_supported": ["none"],
                ]))
    }

    /// RFC 8628, section 3.1.
    mutating func authorizeDevice(_ request: PageRequest, at now: Instant) {
        guard pages.accounts.grants.take(request.sender.network, at: now.uptime) else {
            return answer(request, OAuthRefusal.rateLimited.answer)
        }
        guard let form = request.form else { return answer(request, Self.noForm.answer) }
        guard form["client_id"] == Self.clientID else {
            return answer(request, OAuthRefusal.client.answer)
        }
        guard let device = Self.said(form["device_name"]), let system = Self.said(form["os"]) else {
            let refusal = OAuthRefusal(
                "invalid_request", "device_name and os have at most 64 bytes of plain text")
            return answer(request, refusal.answer)
        }
        // One that waits already has each of few hundred million; three tries miss never.
        let code = ids.base62()
        let userCodes = [UserCode.make(), .make(), .make()]
        let grants = userCodes.map { userCode in
            DeviceGrant(
                codeHash: AccountDesk.hash(code), userCodeHash: AccountDesk.hash(userCode.bare),
                deviceName: device, system: system, address: request.sender.text,
                askedAt: now.wall,
                expiresAt: now.wall.advanced(bySeconds: AccountDesk.grantSeconds),
                interval: AccountDesk.pollSeconds)
        }
        ask { transaction in
            try grants.firstIndex { try transaction.keep($0) }
        } then: { registry, result, _ in
            switch result {
            case .success(let index?):
                registry.answer(request, registry.granted(code, userCodes[index]))
            case .success(nil):
                let refusal = OAuthRefusal(
                    "server_error", "no code is free; try again", .serviceUnavailable)
                registry.answer(request, refusal.answer)
            case .failure(let error): registry.answer(request, OAuthRefusal(error).answer)
            }
        }
    }

    private func granted(_ code: String, _ userCode: UserCode) -> PageAnswer {
        let page = publicURL + "/device"
        return .json(
            .ok,
            [
                "device_code": .string(code), "user_code": .string(userCode.text),
                "verification_uri": .string(page),
                "verification_uri_complete": .string(page + "?user_code=" + userCode.text),
                "expires_in": .integer(AccountDesk.grantSeconds),
                "interval": .integer(Int64(AccountDesk.pollSeconds)),
            ])
    }

    static let noForm = OAuthRefusal(
        "invalid_request", "the body is no form, or has a field twice")

    /// What a machine says of itself, made fit to be shown; nil where it is too long. It may say
    /// nothing.
    private static func said(_ text: String?) -> String? {
        guard let text else { return "" }
        return text.utf8.count <= 64 ? PeerName.cleaned(text) ?? "" : nil
    }
}
