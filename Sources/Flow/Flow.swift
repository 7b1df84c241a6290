/// A way through screens, as data. Where somebody stands on it is derived from the state, never
/// stored: the current step is the first that shows and is not complete.
public struct Flow<State, Screen: Hashable & Sendable, Name: Hashable & Sendable>: Sendable {
    public let steps: [Step<State, Screen, Name>]

    public init(_ steps: [Step<State, Screen, Name>]) { self.steps = steps }

    /// The step to show, or nil when the way is at its end.
    public func current(in state: State) -> Step<State, Screen, Name>? {
        steps.first { $0.shows(state) && !$0.isComplete(state) }
    }

    /// The answer to ask for now: the first open one of the current step.
    public func openQuestion(in state: State) -> Question<State, Name>? {
        current(in: state)?.openQuestion(in: state)
    }

    /// "Step 3 of 6": the current step's number among the steps that show, counted from 1.
    public func progress(in state: State) -> (step: Int, of: Int)? {
        guard let current = current(in: state) else { return nil }
        let way = steps.filter { $0.shows(state) }
        guard let index = way.firstIndex(where: { $0.screen == current.screen }) else { return nil }
        return (index + 1, way.count)
    }

    /// The answer that Back takes back: the last settled one before the place where the flow
    /// stands. Nil at the beginning.
    public func behind(in state: State) -> Question<State, Name>? {
        let here = current(in: state)
        let open = here?.openQuestion(in: state)?.name
        var last: Question<State, Name>?
        for step in steps {
            let isHere = step.screen == here?.screen
            for question in step.requires {
                if isHere && question.name == open { return last }
                if question.isSettled(state) && step.opens(when: question, in: state) {
                    last = question
                }
            }
            if isHere { return last }
        }
        return last
    }

    public func question(_ name: Name) -> Question<State, Name>? {
        steps.lazy.flatMap(\.requires).first { $0.name == name }
    }

    /// Everything that is still missing on the way, in order.
    public func gaps(in state: State) -> [Gap] {
        steps
            .filter { $0.shows(state) && !$0.isComplete(state) }
            .flatMap(\.requires)
            .filter { !$0.isSettled(state) }
            .map { $0.gap(state) }
    }

    /// How one step stands now.
    public enum Standing: Equatable, Sendable {
        case hidden, complete, current, ahead
    }

    /// How a step stands, and why, in words: "why am I here", and why not elsewhere.
    public func standing(of screen: Screen, in state: State) -> (standing: Standing, why: String)? {
        guard let step = steps.first(where: { $0.screen == screen }) else { return nil }
        if !step.shows(state) { return (.hidden, "shows when \(step.showsWhen)") }
        if step.isComplete(state) { return (.complete, step.completeWhen) }
        let isCurrent = current(in: state)?.screen == screen
        return (isCurrent ? .current : .ahead, "complete when \(step.completeWhen)")
    }
}
