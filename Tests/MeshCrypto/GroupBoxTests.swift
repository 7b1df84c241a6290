import Mesh
import MeshCrypto
import Testing

/// The numbers were made once by PyNaCl, from the seeds 00 … 1f (the sender), 20 … 3f (the member)
/// and 40 … 5f (another), the nonce 00 … 17 and the body's key 64 … 83.
@Suite("Messages to a group")
struct GroupBoxTests {
    static let context = GroupBox.Context(
        mesh: MeshID(rawValue: "mesh-1"), messageID: MessageID(rawValue: "0190-id"),
        target: "@backend")
    static let content = Array("grüße, 世界".utf8)
    static let body =
        "e2017190a315f932f87c5d2d3c2276d21a086950ba682d8f20e3bca6cf497e14944b0dd50544b7b149c60e91"
        + "45b9006b0bc28810d12aa7c74d24cd39b988d390ca4123ae1d2e53eedd8ebb885e9907e9467d47a9a8fc3c"
        + "f4abbd6798bb8d23"
    static let sealed =
        "00801e77b5053f31cfadfa5d7dff9908e9cc03ff0799e73f78801baf8270de53d545c884f55482299c5d0546"
        + "70b537790f14f1c50e8b46f26b4aad5910d1fa79fa1285ed8b9133ea6a6a208f1371ff90"

    let sender: SigningKeys
    let member: SigningKeys
    let other: SigningKeys

    init() throws {
        sender = try #require(SigningKeys(seed: Array(0..<32)))
        member = try #require(SigningKeys(seed: Array(32..<64)))
        other = try #require(SigningKeys(seed: Array(64..<96)))
    }

    @Test("what another implementation has sealed is read")
    func vector() throws {
        let box = GroupBox(nonce: Array(0..<24), body: try #require(Hex.bytes(Self.body)))
        let key = try #require(Hex.bytes(Self.sealed))
        #expect(
            box.open(with: key, from: sender.publicKey, to: member, in: Self.context)
                == Self.content)
    }

    @Test("every member reads it, with the key that was sealed to it and no other")
    func everyMember() throws {
        let noPoint = try #require(PublicKey(hex: String(repeating: "0", count: 64)))
        let members = [sender, member, other]
        let box = GroupBox.seal(
            Self.content, to: members.map(\.publicKey) + [noPoint], from: sender, in: Self.context)
        #expect(box.keys.map(\.member) == members.map(\.publicKey))
        #expect(box.body.count == Self.content.count + GroupBox.overhead)
        for (reader, keys) in members.enumerated() {
            for (place, sealed) in box.keys.enumerated() {
                let read = box.open(
                    with: sealed.key, from: sender.publicKey, to: keys, in: Self.context)
                #expect(read == (reader == place ? Self.content : nil))
            }
        }
        let again = GroupBox.seal(
            Self.content, to: [member.publicKey], from: sender, in: Self.context)
        #expect(again.nonce != box.nonce && again.body != box.body)
        let empty = GroupBox.seal([], to: [member.publicKey], from: sender, in: Self.context)
        #expect(
            empty.open(
                with: empty.keys[0].key, from: sender.publicKey, to: member, in: Self.context) == [])
    }

    @Test("who can read it cannot pass it on as another's, or as another message")
    func passedOn() throws {
        let box = GroupBox.seal(
            Self.content, to: [member.publicKey], from: sender, in: Self.context)
        let key = box.keys[0].key
        var contexts = [Self.context, Self.context, Self.context]
        contexts[0].mesh = MeshID(rawValue: "mesh-2")
        contexts[1].messageID = MessageID(rawValue: "0190-ie")
        contexts[2].target = "@frontend"
        for context in contexts {
            #expect(
                box.open(with: key, from: sender.publicKey, to: member, in: context) == nil)
        }
        #expect(box.open(with: key, from: other.publicKey, to: member, in: Self.context) == nil)
        // Signed by a member as if by the sender.
        let forged = GroupBox.seal(
            Self.content, to: [member.publicKey], from: other, in: Self.context)
        #expect(
            forged.open(
                with: forged.keys[0].key, from: sender.publicKey, to: member, in: Self.context)
                == nil)
    }

    @Test("what was changed or cut is not read")
    func changed() throws {
        let body = try #require(Hex.bytes(Self.body))
        let key = try #require(Hex.bytes(Self.sealed))
        func isRead(_ body: [UInt8], _ key: [UInt8], nonce: [UInt8] = Array(0..<24)) -> Bool {
            GroupBox(nonce: nonce, body: body)
                .open(with: key, from: sender.publicKey, to: member, in: Self.context) != nil
        }
        #expect(isRead(body, key))
        for place in body.indices {
            var changed = body
            changed[place] ^= 1
            #expect(!isRead(changed, key))
        }
        for place in key.indices {
            var changed = key
            changed[place] ^= 1
            #expect(!isRead(body, changed))
        }
        for count in [0, 1, 15, 16, 79, 80, body.count - 1] {
            #expect(!isRead(Array(body.prefix(count)), key))
        }
        for count in [0, 47, 79] { #expect(!isRead(body, Array(key.prefix(count)))) }
        #expect(!isRead(body, key, nonce: Array(1..<25)))
        #expect(!isRead(body, key, nonce: []))
    }
}
