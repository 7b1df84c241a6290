/// A flow drawn for people, from the same data that runs it.
extension Flow {
    /// One row a step: its number, name, when it shows, when it is complete, the flags it takes.
    public func table(for state: State, title: (Screen) -> String) -> [[String]] {
        steps.enumerated().map { index, step in
            [
                String(index + 1), title(step.screen), step.showsWhen, step.completeWhen,
                step.requires.map { $0.gap(state).flag }.joined(separator: ", "),
            ]
        }
    }

    /// The flow as a Mermaid flowchart: each step may be passed by when it does not show.
    public func mermaid(title: (Screen) -> String) -> String {
        var lines = ["flowchart TD", "    start([skein])"]
        for (index, step) in steps.enumerated() {
            lines.append("    ask\(index){\"\(step.showsWhen)?\"}")
            lines.append("    step\(index)[\"\(title(step.screen))<br/>until \(step.completeWhen)\"]")
        }
        lines.append("    start --> ask0")
        for index in steps.indices {
            let next = index + 1 < steps.count ? "ask\(index + 1)" : "agent"
            lines.append("    ask\(index) -- yes --> step\(index)")
            lines.append("    ask\(index) -- no --> \(next)")
            lines.append("    step\(index) --> \(next)")
        }
        lines.append("    agent([the agent])")
        return lines.joined(separator: "\n")
    }
}
