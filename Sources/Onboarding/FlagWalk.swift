import Flow
import MeshProtocol
import Session

/// The launch flow without anybody to ask: what the flags leave open is told, all at once.
public enum FlagWalk {
    /// The mode itself reads the welcome, without recording it, and takes Launch.
    public static func settleWhatTheModeAnswers(_ session: inout SessionState) {
        session.answers.welcome.settle(true)
        session.answers.confirm.settle(true)
    }

    /// Why the launch cannot go on, or nil if it can. Wrong values come before missing ones.
    public static func refusal(for session: SessionState, wrong: [SkeinError]) -> Refusal? {
        let gaps = LaunchFlow.launch.steps
            .filter { $0.shows(session) && !$0.isComplete(session) }
            .flatMap(\.requires)
            // An answer that was given and wrong is not missing as well.
            .filter { !$0.isSettled(session) && !session.wronglyAnswered.contains($0.name) }
            .map { $0.gap(session) }
        return wrong.isEmpty && gaps.isEmpty ? nil : Refusal(wrong: wrong, gaps: gaps)
    }
}

/// Everything that keeps a flag-driven launch from going on.
public struct Refusal: Equatable, Sendable {
    public var wrong: [SkeinError]
    public var gaps: [Gap]

    /// One error that stands for all: the first wrong value, else that something is missing.
    public var error: SkeinError {
        if let first = wrong.first { return first }
        let flags = gaps.map(\.flag).joined(separator: ", ")
        return SkeinError(.missing, "Missing \(flags)", hint: "Give them, or run skein in a terminal")
    }

    /// The lines a person reads.
    public var lines: [String] {
        let told = wrong.flatMap { error in
            ["✗ \(error.message)"] + (error.hint.map { ["  \($0)"] } ?? [])
        }
        let missing = gaps.flatMap { gap in
            ["✗ Missing \(gap.flag) (\(gap.reason))"]
                + (gap.choices.map {
                    ["  \($0.title): \($0.values.joined(separator: ", "))"]
                } ?? [])
        }
        return told + missing
    }
}
