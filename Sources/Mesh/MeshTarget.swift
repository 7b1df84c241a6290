/// Whom a message is for, as a broker resolves it (protocol decision 13). Names and prefixes of
/// keys are resolved by clients.
public enum MeshTarget: Hashable, Sendable {
    /// A session's or a member's key.
    case key(String)
    /// A group and its subgroups.
    case group(String)
    /// `@all` and `*`.
    case everyone

    /// Nil for what is none of them: 64 lower-case hexadecimal digits, `@` and a group's name,
    /// `@all`, `*`.
    public init?(_ text: String) {
        if text == "*" || text == "@all" {
            self = .everyone
        } else if text.hasPrefix("@") {
            let name = String(text.dropFirst())
            guard GroupRules.isName(name) else { return nil }
            self = .group(name)
        } else if PublicKey(hex: text) != nil {
            self = .key(text)
        } else {
            return nil
        }
    }
}

extension GroupRules {
    /// Whether mail for `group` is for who is in `member`: the group itself, or one below it.
    public static func reaches(_ group: String, _ member: String) -> Bool {
        member == group || member.hasPrefix(group + "/")
    }
}
