import Mesh

/// The bounds of frames and their fields (protocol decisions 4 and 17). A client may hold itself
/// to them; a broker does.
public enum FrameLimits {
    /// The capability by which both sides say that they speak more than the frames of old.
    public static let skein1 = "skein/1"

    /// Bytes of a frame from a client that has not said hello, or speaks only the old frames.
    public static let plainFrame = 64 << 10
    /// Bytes of a frame from a client that speaks `skein/1`.
    public static let skeinFrame = 1 << 20
    /// Bytes of a frame from a broker; a list of all peers is one.
    public static let serverFrame = 16 << 20
    /// Bytes of one page of a presence snapshot, and of one delta.
    public static let presencePage = 256 << 10
    /// Arrays and objects inside each other.
    public static let depth = 32

    /// Bytes of a mesh's or a member's id, of a request's id, of a session's id.
    public static let id = 256
    /// Bytes of a directory.
    public static let path = 4096
    /// Bytes of a host, channel, model, agent, role or peer type.
    public static let word = 256
    /// Bytes of a summary; a longer one is cut.
    public static let summary = 2048
    /// Groups of one session.
    public static let groups = 64
    /// Bytes of a group's name.
    public static let groupName = 256

    /// Bytes of a profile's avatar.
    public static let avatar = 1024
    /// What a profile says a peer can do, and bytes of each.
    public static let profileCapabilities = (count: 32, bytes: 128)

    /// Bytes of a state's key.
    public static let stateKey = 256
    /// Bytes of a state's value, in its canonical form.
    public static let stateValue = 32 << 10
    /// Keys of a mesh's state.
    public static let stateKeys = 4096
    /// Bytes of what one answer lists of a state or a log.
    public static let listing = 4 << 20

    /// Bytes of a memory.
    public static let memory = 32 << 10
    /// A memory's tags, and bytes of each.
    public static let memoryTags = (count: 32, bytes: 64)
    /// Bytes of what is looked for among the memories.
    public static let memoryQuery = 1024
    /// Memories found at once.
    public static let memoriesFound = 20

    /// Entries of a log in one answer, where nothing else is asked, and at most.
    public static let auditPage = (standard: 50, most: 500)
    /// Keys a member may name in its grants.
    public static let grants = 1000
    /// Bytes of a webhook's name.
    public static let webhookName = 64
    /// Webhooks of a mesh.
    public static let webhooks = 100
    /// Uses of one invite.
    public static let inviteUses = InviteTerms.mostUses
    /// Of all invites of a mesh, the newest: who came in by them.
    public static let inviteUsesListed = 2000
    /// Invites of a mesh that can still be used.
    public static let openInvites = 1000

    /// `text` cut to at most `bytes` bytes, between two characters.
    public static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = ""
        var room = bytes
        for character in text {
            room -= character.utf8.count
            if room < 0 { break }
            kept.append(character)
        }
        return kept
    }
}
