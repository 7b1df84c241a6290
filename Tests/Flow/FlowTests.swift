import Flow
import TestSupport
import Testing

/// A flow of numbered steps over sets of numbers: enough to say everything about the router.
private struct Walk: Equatable, Sendable {
    var hidden: Set<Int> = []
    var settled: Set<Int> = []
}

private typealias NumberFlow = Flow<Walk, Int, Int>

private func step(_ number: Int) -> Step<Walk, Int, Int> {
    Step(
        number, shows: "not hidden", { !$0.hidden.contains(number) }, complete: "settled",
        requires: [
            Question(
                number,
                isSettled: { $0.settled.contains(number) },
                unsettle: { $0.settled.remove(number) },
                gap: { _ in Gap(flag: "--\(number)", reason: "not settled") })
        ])
}

private func randomWalk(steps: Int, using generator: inout SeededGenerator) -> Walk {
    var walk = Walk()
    for number in 0..<steps {
        if Bool.random(using: &generator) { walk.hidden.insert(number) }
        if Bool.random(using: &generator) { walk.settled.insert(number) }
    }
    return walk
}

@Suite("Flow")
struct FlowTests {
    private let flow = NumberFlow((0..<7).map(step))

    @Test("the current step is the first that shows and is not complete")
    func current() {
        let walk = Walk(hidden: [0, 2], settled: [1])
        #expect(flow.current(in: walk)?.screen == 3)
        #expect(flow.openQuestion(in: walk)?.name == 3)
    }

    @Test("a step that is complete or hidden is never current", arguments: 0..<200 as Range<UInt64>)
    func neverComplete(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let walk = randomWalk(steps: 7, using: &generator)
        guard let current = flow.current(in: walk) else {
            #expect(walk.hidden.union(walk.settled).count == 7)
            return
        }
        #expect(!walk.settled.contains(current.screen))
        #expect(!walk.hidden.contains(current.screen))
    }

    @Test("settling the open question again and again always ends", arguments: 0..<200 as Range<UInt64>)
    func ends(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var walk = randomWalk(steps: 7, using: &generator)
        var taken: [Int] = []
        while let question = flow.openQuestion(in: walk) {
            taken.append(question.name)
            walk.settled.insert(question.name)
            #expect(taken.count <= 7)
        }
        #expect(taken == taken.sorted(), "the way goes forward only")
        #expect(flow.current(in: walk) == nil)
    }

    @Test("the router is a pure function of the state", arguments: 0..<50 as Range<UInt64>)
    func pure(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let walk = randomWalk(steps: 7, using: &generator)
        let copy = walk
        #expect(flow.current(in: walk)?.screen == flow.current(in: copy)?.screen)
        #expect(flow.behind(in: walk)?.name == flow.behind(in: copy)?.name)
        #expect(walk == copy)
    }

    @Test("adding a step changes no other step's behaviour", arguments: 0..<200 as Range<UInt64>)
    func addingAStep(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let place = Int.random(in: 0...7, using: &generator)
        var steps = flow.steps
        steps.insert(step(99), at: place)
        let longer = NumberFlow(steps)
        var walk = randomWalk(steps: 7, using: &generator)
        walk.settled.insert(99)
        #expect(longer.current(in: walk)?.screen == flow.current(in: walk)?.screen)
        for number in 0..<7 {
            #expect(
                longer.standing(of: number, in: walk)?.standing
                    == flow.standing(of: number, in: walk)?.standing)
        }
    }

    @Test("Back takes back the last settled answer before here, and forward returns here")
    func back() {
        var walk = Walk(settled: [0, 1, 2])
        #expect(flow.behind(in: walk)?.name == 2)
        flow.behind(in: walk)?.unsettle(&walk)
        #expect(flow.current(in: walk)?.screen == 2)
        #expect(flow.behind(in: walk)?.name == 1)
    }

    @Test("Back passes over a step that would stay hidden, and ends at the beginning")
    func backOverHidden() {
        #expect(flow.behind(in: Walk(hidden: [1], settled: [0, 1]))?.name == 0)
        #expect(flow.behind(in: Walk()) == nil)
    }

    @Test("Back moves to a place before, whatever the state", arguments: 0..<200 as Range<UInt64>)
    func backMovesBack(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var walk = randomWalk(steps: 7, using: &generator)
        let before = flow.current(in: walk)?.screen ?? 7
        guard let question = flow.behind(in: walk) else { return }
        question.unsettle(&walk)
        #expect(flow.current(in: walk)?.screen == question.name)
        #expect(question.name < before)
    }

    @Test("progress counts the steps that show, and only those")
    func progress() {
        let walk = Walk(hidden: [0, 5], settled: [1, 2])
        let progress = flow.progress(in: walk)
        #expect(progress?.step == 3)
        #expect(progress?.of == 5)
    }

    @Test("every gap is told at once, in order, and none of a hidden step")
    func gaps() {
        let gaps = flow.gaps(in: Walk(hidden: [3], settled: [0, 1, 5]))
        #expect(gaps.map(\.flag) == ["--2", "--4", "--6"])
    }

    @Test("a step can say why it stands where it stands")
    func standing() {
        let walk = Walk(hidden: [0], settled: [1])
        #expect(flow.standing(of: 0, in: walk)?.standing == .hidden)
        #expect(flow.standing(of: 1, in: walk)?.standing == .complete)
        #expect(flow.standing(of: 2, in: walk)?.standing == .current)
        #expect(flow.standing(of: 3, in: walk)?.standing == .ahead)
        #expect(flow.standing(of: 42, in: walk) == nil)
    }

    @Test("the table and the diagram name every step")
    func pictures() {
        let table = flow.table(for: Walk(), title: { "step \($0)" })
        let diagram = flow.mermaid(title: { "step \($0)" })
        #expect(table.count == 7)
        for number in 0..<7 {
            #expect(table[number][1] == "step \(number)")
            #expect(diagram.contains("step \(number)"))
        }
        #expect(diagram.hasPrefix("flowchart TD"))
    }
}

@Suite("Overlay stack")
struct OverlayStackTests {
    @Test("pushing then dismissing changes nothing", arguments: 0..<50 as Range<UInt64>)
    func pushThenDismiss(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var stack = OverlayStack<Int>()
        for _ in 0..<Int.random(in: 0..<6, using: &generator) {
            stack.push(Int.random(in: 0..<20, using: &generator))
        }
        let before = stack
        stack.push(100)
        #expect(stack.top == 100)
        stack.dismiss()
        #expect(stack == before)
    }

    @Test("an interrupt that comes twice stands once, on top")
    func twice() {
        var stack = OverlayStack<String>()
        stack.push("lost")
        stack.push("help")
        stack.push("lost")
        #expect(stack.overlays == ["help", "lost"])
    }

    @Test("an empty stack stays empty")
    func empty() {
        var stack = OverlayStack<Int>()
        stack.dismiss()
        #expect(stack.isEmpty)
        #expect(stack.top == nil)
    }
}

@Suite("Answer")
struct AnswerTests {
    @Test("unsettling keeps the value as the draft")
    func unsettle() {
        var answer = Answer(settled: "dev-1")
        answer.unsettle()
        #expect(answer.settled == nil)
        #expect(answer.value == "dev-1")
    }

    @Test("a proposal never changes what is settled")
    func propose() {
        var answer = Answer(settled: 1)
        answer.propose(2)
        #expect(answer.settled == 1)
        answer.unsettle()
        answer.propose(2)
        #expect(answer.value == 2)
    }
}

@MainActor
@Suite("Session store")
struct SessionStoreTests {
    @Test("effects come back as actions, in order, after the state they came from")
    func effects() {
        var seen: [Int] = []
        let store = SessionStore<Int, Int, Int>(
            0,
            reduce: { state, action in
                state += action
                return action > 1 ? [action - 1] : []
            },
            perform: { effect, store in store.dispatch(effect) })
        store.subscribe { seen.append($0) }
        store.dispatch(3)
        #expect(store.state == 6)
        #expect(seen == [3, 5, 6])
    }

    @Test("whoever unsubscribed is told nothing more")
    func unsubscribe() {
        var told = 0
        let store = SessionStore<Int, Int, Int>(0, reduce: { $0 += $1; return [] }, perform: { _, _ in })
        let id = store.subscribe { _ in told += 1 }
        store.dispatch(1)
        store.unsubscribe(id)
        store.dispatch(1)
        #expect(told == 1)
        #expect(store.state == 2)
    }
}
