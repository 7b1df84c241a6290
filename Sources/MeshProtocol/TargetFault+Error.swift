import Mesh

extension SkeinError {
    /// A target as it was typed, and why it means nobody in particular.
    public init(_ fault: TargetFault, target: String) {
        switch fault {
        case .malformed:
            self.init(
                .arguments, "\(target.isEmpty ? "an empty word" : target) is no target",
                hint: "Give a name, a key or 6 digits or more of one, @group or *", subject: target)
        case .unknown(let choices, let more):
            self.init(
                .peerNotFound, "nobody in the mesh is called \(target)",
                hint: choices.isEmpty
                    ? "Nobody else is there; see skein peers"
                    : "There are " + Self.list(choices, more), subject: target)
        case .ambiguous(let choices, let more):
            self.init(
                .peerAmbiguous, "several in the mesh are called \(target)",
                hint: "Take one of the keys: " + Self.list(choices, more), subject: target)
        }
    }

    private static func list(_ choices: [TargetChoice], _ more: Int) -> String {
        let listed = choices.map { choice in
            let details = [choice.role, choice.directory].compactMap(\.self).filter { !$0.isEmpty }
            let place = details.isEmpty ? "" : " (" + details.joined(separator: ", ") + ")"
            return "\(choice.name) \(choice.key)\(place)"
        }
        return listed.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }
}
