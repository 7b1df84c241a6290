/// Interrupts above whatever is shown. The flow beneath never knows of them.
public struct OverlayStack<Overlay: Equatable & Sendable>: Equatable, Sendable {
    /// From the lowest to the topmost.
    public private(set) var overlays: [Overlay] = []

    public init() {}

    public var top: Overlay? { overlays.last }
    public var isEmpty: Bool { overlays.isEmpty }

    /// Puts an overlay on top. One that is in the stack already is brought to the top instead,
    /// so that an interrupt that comes twice is answered once.
    public mutating func push(_ overlay: Overlay) {
        overlays.removeAll { $0 == overlay }
        overlays.append(overlay)
    }

    /// Takes the topmost away.
    public mutating func dismiss() { _ = overlays.popLast() }

    /// Takes away every overlay that `isAnswered` says is no longer a question.
    public mutating func dismiss(where isAnswered: (Overlay) -> Bool) {
        overlays.removeAll(where: isAnswered)
    }
}
