import Mesh
import MeshProtocol

extension SessionState {
    /// The one check an answer passes, whether it was typed, picked or given by a flag.
    /// Answers the value as it will be kept.
    public func check(_ value: AnswerValue) throws(SkeinError) -> AnswerValue {
        switch value {
        case .welcome, .account, .confirm:
            return value
        case .mesh(.joined(let id)):
            guard machine.memberships.contains(where: { $0.mesh == id }) else {
                throw SkeinError(.meshNotFound, "This machine has not joined that mesh")
            }
            return value
        case .mesh(.ofAccount(let mesh)):
            guard accountMeshes.contains(where: { $0.mesh == mesh.mesh }) else {
                throw SkeinError(.meshNotFound, "The account is not in that mesh any more")
            }
            return value
        case .mesh(.create(let name)):
            return .mesh(.create(name: try machine.memberships.freeName(name)))
        case .name(let name):
            return .name(try Self.checkText(name, what: "name"))
        case .role(let role):
            return .role(try Self.checkText(role, what: "role"))
        case .groups(let groups):
            return .groups(try groups.map { group throws(SkeinError) in try Self.check(group) })
        case .agent(let word):
            guard facts.agent(word)?.path != nil else { throw missingAgent(word) }
            return value
        }
    }

    /// Finds a joined mesh by what a person calls it: slug, name or id.
    public func membership(called name: String) throws(SkeinError) -> Membership {
        try machine.memberships.called(name)
    }

    /// The slugs of the joined meshes, most alike first.
    public func nearestMeshes(to name: String) -> [String] {
        machine.memberships.nearest(to: name)
    }

    public func missingAgent(_ word: String) -> SkeinError {
        let found = facts.agents.filter { $0.path != nil }.map(\.word)
        let shown = Self.visible(word)
        let known = facts.agent(word)
        let hint =
            known.map(\.howToGet).flatMap { $0.isEmpty ? nil : $0 }
            ?? (found.isEmpty ? nil : "Agents found here: \(found.joined(separator: ", "))")
        return SkeinError(.agentMissing, "“\(shown)” is not on PATH", hint: hint, subject: word)
    }

    private static func check(_ group: GroupMembership) throws(SkeinError) -> GroupMembership {
        let name = try checkText(group.name, what: "group")
        let isWord = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_./".unicodeScalars.contains($0)
        }
        guard isWord else {
            throw SkeinError(
                .badName, "A group is one word: letters, digits, - _ . and / for subgroups",
                hint: "For example: backend/api")
        }
        let role = try group.role.map { role throws(SkeinError) in
            try checkText(role, what: "group role")
        }
        return GroupMembership(name: name, role: role)
    }

    /// The rule for names, told for one of them.
    static func checkText(_ text: String, what: String) throws(SkeinError) -> String {
        do throws(PeerName.Fault) {
            return try PeerName.check(text)
        } catch {
            switch error {
            case .empty:
                throw SkeinError(.badName, "A \(what) cannot be empty")
            case .tooLong(let characters):
                throw SkeinError(
                    .badName,
                    "A \(what) has at most \(PeerName.maximumLength) characters; this one has \(characters)")
            case .controlCharacter:
                throw SkeinError(.badName, "A \(what) cannot contain control characters")
            }
        }
    }

    /// A given word as it may be repeated to a terminal: short, and without control characters.
    static func visible(_ text: String) -> String {
        let safe = String(
            text.unicodeScalars.prefix(60).map { scalar -> Character in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: "?"
                default: Character(scalar)
                }
            })
        return text.unicodeScalars.count > 60 ? safe + "…" : safe
    }
}
