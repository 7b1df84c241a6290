import Foundation
import Mesh

/// What a v1 invite says (wire protocol, section 6.1). The token is the base64url, without padding,
/// of its JSON; a broker knows it by its bytes.
public struct InviteToken: Codable, Equatable, Sendable {
    public var version: Int
    public var mesh: String
    public var slug: String
    public var brokerURL: String
    /// Seconds since 1970.
    public var expiresAt: Int64
    /// 32 bytes in base64url without padding, for clients of old; it encrypts nothing here
    /// (protocol decision 12).
    public var rootKey: String
    public var permission: Permission
    public var ownerKey: String
    /// 128 hexadecimal digits.
    public var signature: String

    private enum CodingKeys: String, CodingKey {
        case version = "v"
        case mesh = "mesh_id"
        case slug = "mesh_slug"
        case brokerURL = "broker_url"
        case expiresAt = "expires_at"
        case rootKey = "mesh_root_key"
        case permission = "role"
        case ownerKey = "owner_pubkey"
        case signature
    }

    /// Bytes of a token that is read at all.
    public static let limit = 4096

    public init(
        mesh: MeshID, slug: String, brokerURL: String, expiresAt: Int64, rootKey: [UInt8],
        permission: Permission, ownerKey: PublicKey, sign: ([UInt8]) -> String
    ) {
        version = 1
        self.mesh = mesh.rawValue
        self.slug = slug
        self.brokerURL = brokerURL
        self.expiresAt = expiresAt
        self.rootKey = Base64URL.text(rootKey)
        self.permission = permission
        self.ownerKey = ownerKey.hex
        signature = ""
        signature = sign(signedBytes)
    }

    public var signedBytes: [UInt8] {
        InviteBytes.canonical(
            mesh: mesh, slug: slug, brokerURL: brokerURL, expiresAt: expiresAt, rootKey: rootKey,
            permission: permission.rawValue, ownerKey: ownerKey)
    }

    /// The fields in the order of the protocol, so that the same invite is the same token.
    public var text: String {
        func quoted(_ text: String) -> String { JSONValue.string(text).canonical }
        let json =
            #"{"v":\#(version),"mesh_id":\#(quoted(mesh)),"mesh_slug":\#(quoted(slug)),"#
            + #""broker_url":\#(quoted(brokerURL)),"expires_at":\#(expiresAt),"#
            + #""mesh_root_key":\#(quoted(rootKey)),"role":\#(quoted(permission.rawValue)),"#
            + #""owner_pubkey":\#(quoted(ownerKey)),"signature":\#(quoted(signature))}"#
        return Base64URL.text(Array(json.utf8))
    }

    /// Nil for what is no v1 token; its signature is not looked at.
    public static func parse(_ text: String) -> InviteToken? {
        guard text.utf8.count <= limit, let bytes = Base64URL.bytes(text),
            FrameScan.isSound(bytes),
            let token = try? JSONDecoder().decode(InviteToken.self, from: Data(bytes)),
            token.version == 1
        else { return nil }
        return token
    }
}
