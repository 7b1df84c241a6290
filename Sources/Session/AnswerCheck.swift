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
        case .mesh(.create(let name)):
            return .mesh(.create(name: try checkNewMesh(name)))
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
        let matches = machine.memberships.filter {
            $0.slug == name || $0.name == name || $0.mesh.rawValue == name
        }
        if let match = matches.first { return match }
        let nearest = nearestMeshes(to: name)
        let shown = Self.visible(name)
        throw SkeinError(
            .meshNotFound, "No mesh called “\(shown)” is joined on this machine",
            hint: nearest.isEmpty
                ? "Create it with --new-mesh \(Slug.from(name) ?? "NAME")"
                : "Joined meshes: \(nearest.joined(separator: ", "))",
            subject: name)
    }

    /// The slugs of the joined meshes, most alike first.
    public func nearestMeshes(to name: String) -> [String] {
        machine.memberships.map(\.slug).sorted { left, right in
            let distances = (
                EditDistance.between(left, name), EditDistance.between(right, name)
            )
            return distances.0 == distances.1 ? left < right : distances.0 < distances.1
        }
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

    private func checkNewMesh(_ name: String) throws(SkeinError) -> String {
        let checked = try Self.checkText(name, what: "mesh name")
        guard let slug = Slug.from(checked) else {
            throw SkeinError(
                .badName, "A mesh name needs a letter or a digit", hint: "For example: payments")
        }
        if machine.memberships.contains(where: { $0.slug == slug }) {
            throw SkeinError(
                .meshExists, "A mesh called “\(slug)” exists already",
                hint: "Use it with --mesh \(slug), or choose another name")
        }
        return checked
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
