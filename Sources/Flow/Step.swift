/// What one answer still needs, told to somebody who cannot be shown a screen.
public struct Gap: Equatable, Sendable {
    /// The flag that gives the answer, for example `--role`; several ways are joined by ` or `.
    public var flag: String
    /// Why it is needed now, without a full stop.
    public var reason: String
    /// What the choices are called, for example `Available meshes`, and the choices.
    public var choices: (title: String, values: [String])?

    public init(flag: String, reason: String, choices: (title: String, values: [String])? = nil) {
        self.flag = flag
        self.reason = reason
        self.choices = choices
    }

    public static func == (left: Gap, right: Gap) -> Bool {
        left.flag == right.flag && left.reason == right.reason
            && left.choices?.title == right.choices?.title
            && left.choices?.values == right.choices?.values
    }
}

/// One answer that a step requires.
public struct Question<State, Name: Hashable & Sendable>: Sendable {
    public let name: Name
    public let isSettled: @Sendable (State) -> Bool
    /// Takes the answer back and keeps its value as the draft.
    public let unsettle: @Sendable (inout State) -> Void
    public let gap: @Sendable (State) -> Gap

    public init(
        _ name: Name,
        isSettled: @escaping @Sendable (State) -> Bool,
        unsettle: @escaping @Sendable (inout State) -> Void,
        gap: @escaping @Sendable (State) -> Gap
    ) {
        self.name = name
        self.isSettled = isSettled
        self.unsettle = unsettle
        self.gap = gap
    }

    /// A question whose answer is kept at `answer`.
    public init<Value>(
        _ name: Name, _ answer: any (WritableKeyPath<State, Answer<Value>> & Sendable),
        gap: @escaping @Sendable (State) -> Gap
    ) {
        self.init(
            name,
            isSettled: { $0[keyPath: answer].isSettled },
            unsettle: { $0[keyPath: answer].unsettle() },
            gap: gap)
    }
}

/// One entry of a flow. It names no other step: its place in the array is all the order there is.
public struct Step<State, Screen: Hashable & Sendable, Name: Hashable & Sendable>: Sendable {
    public let screen: Screen
    /// When the step is part of the way at all, in words for `skein flow` and "why am I here".
    public let showsWhen: String
    public let shows: @Sendable (State) -> Bool
    /// When the step's work is done, in words.
    public let completeWhen: String
    public let isComplete: @Sendable (State) -> Bool
    /// The answers it asks for, in the order they are asked.
    public let requires: [Question<State, Name>]

    public init(
        _ screen: Screen,
        shows showsWhen: String, _ shows: @escaping @Sendable (State) -> Bool,
        complete completeWhen: String, _ isComplete: @escaping @Sendable (State) -> Bool,
        requires: [Question<State, Name>] = []
    ) {
        self.screen = screen
        self.showsWhen = showsWhen
        self.shows = shows
        self.completeWhen = completeWhen
        self.isComplete = isComplete
        self.requires = requires
    }

    /// A step that is complete when every answer it requires is settled.
    public init(
        _ screen: Screen,
        shows showsWhen: String, _ shows: @escaping @Sendable (State) -> Bool,
        complete completeWhen: String,
        requires: [Question<State, Name>]
    ) {
        self.init(
            screen, shows: showsWhen, shows,
            complete: completeWhen, { state in requires.allSatisfy { $0.isSettled(state) } },
            requires: requires)
    }

    /// Whether taking this answer back would bring the step up again. A step that stays hidden
    /// whatever is answered cannot be gone back to.
    func opens(when question: Question<State, Name>, in state: State) -> Bool {
        var reopened = state
        question.unsettle(&reopened)
        return shows(reopened) && !isComplete(reopened)
    }

    /// The answer being asked for now, if one is open.
    public func openQuestion(in state: State) -> Question<State, Name>? {
        requires.first { !$0.isSettled(state) }
    }
}
