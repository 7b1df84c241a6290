/// One thing the doctor looked at: how it is, and the one next step.
struct DoctorCheck: Encodable, Equatable {
    enum State: String, Encodable {
        case fine, warning, broken
    }

    /// Stable, for scripts.
    var name: String
    var state: State
    /// A sentence without a full stop.
    var says: String
    /// What to do; nil where there is nothing.
    var next: String?
    /// It was mended by `--fix`.
    var was_fixed = false

    static func fine(_ name: String, _ says: String) -> DoctorCheck {
        DoctorCheck(name: name, state: .fine, says: says)
    }

    static func warning(_ name: String, _ says: String, next: String) -> DoctorCheck {
        DoctorCheck(name: name, state: .warning, says: says, next: next)
    }

    static func broken(_ name: String, _ says: String, next: String) -> DoctorCheck {
        DoctorCheck(name: name, state: .broken, says: says, next: next)
    }

    func fixed() -> DoctorCheck {
        var check = self
        check.state = .fine
        check.next = nil
        check.was_fixed = true
        return check
    }

    /// In the words of a terminal.
    var text: String {
        let sign =
            switch state {
            case .fine: "✓"
            case .warning: "!"
            case .broken: "✗"
            }
        let mended = was_fixed ? " (mended)" : ""
        return (["\(sign) \(name): \(says)\(mended)"] + (next.map { ["    \($0)"] } ?? []))
            .map(Output.shown).joined(separator: "\n")
    }

    private enum CodingKeys: CodingKey { case name, state, says, next, was_fixed }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(state, forKey: .state)
        try container.encode(says, forKey: .says)
        try container.encode(next, forKey: .next)
        try container.encode(was_fixed, forKey: .was_fixed)
    }
}
