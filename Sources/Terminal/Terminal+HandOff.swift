import CTerminalGuard

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Giving the keyboard to the program that comes after us, while our last frame still stands.
extension Terminal {
    /// Milliseconds a terminal has to say that it has heard us.
    static let handOffPatience = 50

    /// Ends our reading: reports are switched off, the terminal is asked one question, and what
    /// comes up to its answer (or for 50 ms) is ours. Everything typed after that is left for the
    /// next program. Frames are still shown; of events only `terminated` and `resized` are told.
    ///
    /// Then either `resetTerminal(discardingInput: false)` and exec, or
    /// `resumeAfterFailedHandOff`.
    public func beginHandOff() async {
        guard isOpen, !isHandedOff else { return }
        reader?.cancel()
        reader = nil
        isHandedOff = true
        guard isShown else { return }
        screen?.write(Modes.quiet + Modes.deviceAttributesQuery)
        readToAnswer()
    }

    /// Takes the keyboard again, because there is no next program after all. Opens the terminal
    /// anew if it has been reset meanwhile.
    public func resumeAfterFailedHandOff() throws(TerminalError) {
        guard isHandedOff else { return }
        isHandedOff = false
        guard isOpen else { return try open() }
        if isShown { screen?.write(Modes.entering(capabilities.entry, mouse: usesMouse)) }
        readInput()
    }

    /// One byte at a time, so that nothing behind the answer is taken.
    private func readToAnswer() {
        var decoder = InputDecoder()
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(Self.handOffPatience)
        while true {
            let left = clock.now.duration(to: end)
            guard left > .zero else { return }
            let milliseconds = Int32(left / .milliseconds(1)) + 1
            var waiting = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, milliseconds) > 0 else { continue }
            var byte: UInt8 = 0
            guard withUnsafeMutableBytes(of: &byte, { Posix.read(input, $0) }) == 1 else { return }
            if decoder.decode(CollectionOfOne(byte)).contains(.deviceAttributes) { return }
        }
    }
}
