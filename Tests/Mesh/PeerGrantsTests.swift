import Mesh
import Testing

@Suite("Grants among peers")
struct PeerGrantsTests {
    @Test(
        "the member's entry, else its session's, else the standard",
        arguments: [
            ([:], .dm, "s", true), ([:], .broadcast, nil, true), ([:], .read, nil, true),
            ([:], .stateRead, nil, true), ([:], .stateWrite, nil, false),
            ([:], .fileRead, nil, false),
            (["m": []], .dm, "s", false), (["m": []], .read, nil, false),
            (["m": [.fileRead]], .fileRead, nil, true), (["m": [.fileRead]], .dm, nil, false),
            (["s": []], .dm, "s", false), (["s": []], .dm, nil, true),
            (["m": [.dm], "s": []], .dm, "s", true), (["m": [], "s": [.dm]], .dm, "s", false),
            (["other": []], .dm, "s", true),
        ] as [([String: Set<PeerGrants.Capability>], PeerGrants.Capability, String?, Bool)])
    func allowing(
        entries: [String: Set<PeerGrants.Capability>], capability: PeerGrants.Capability,
        session: String?, isAllowed: Bool
    ) {
        let grants = PeerGrants(entries)
        #expect(grants.allows(capability, memberKey: "m", sessionKey: session) == isAllowed)
    }
}
