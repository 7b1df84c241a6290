import Dispatch

/// Between two looks at what nobody tells of.
public enum Turn {
    /// Leaves the processor to what is looked for. Who only yields takes one of two processors from
    /// the very program that is waited for.
    public static func pass() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(2)) {
                continuation.resume()
            }
        }
    }
}
