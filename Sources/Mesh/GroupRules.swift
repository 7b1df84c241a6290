/// The rules of groups.
public enum GroupRules {
    /// A name without its `@`, parts divided by `/`, none of them empty, no white space and no
    /// control characters. The caller bounds its length.
    public static func isName(_ name: String) -> Bool {
        guard !name.hasPrefix("@"), name != "all", name != "*" else { return false }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.unicodeScalars.allSatisfy { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate,
                        .spaceSeparator:
                        false
                    default: true
                    }
                }
        }
    }

    /// `groups` with this one: one of the same name is replaced in its place, its role too.
    public static func joining(
        _ group: GroupMembership, to groups: [GroupMembership]
    ) -> [GroupMembership] {
        var joined = groups
        if let index = joined.firstIndex(where: { $0.name == group.name }) {
            joined[index] = group
        } else {
            joined.append(group)
        }
        return joined
    }

    public static func leaving(
        _ name: String, from groups: [GroupMembership]
    ) -> [GroupMembership] {
        groups.filter { $0.name != name }
    }
}
