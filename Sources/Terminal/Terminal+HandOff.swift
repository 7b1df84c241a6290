import CTerminalGuard

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Giving the keyboard to the program that comes after us, while our last frame still stands.
extension Terminal {
    /// Milliseconds a terminal has to say that it has heard us: an answer that comes later would go
    /// to the next program. Few for a kind that may not answer at all.
    private var handOffPatience: Int { capabilities.answersQueries ? 1000 : 50 }

    /// Milliseconds an answer is waited for that nobody needs any more, so that it does not go to
    /// the shell.
    static let lateAnswer = 50

    /// Ends our reading: reports are switched off, the terminal is asked one question, and what
    /// comes up to its answer is ours. Everything typed after that is left for the next program; the
    /// keys that interrupt and suspend are the line discipline's meanwhile, as in a shell. Frames
    /// are still shown; of events only `terminated`, `resized` and `resumed` are told.
    ///
    /// Then either `resetTerminal(discardingInput: false)` and exec, or
    /// `resumeAfterFailedHandOff`.
    public func beginHandOff() async {
        guard isOpen, !isHandedOff else { return }
        reader?.cancel()
        reader = nil
        isHandedOff = true
        guard isShown else { return setKeySignals(true) }
        // First of all, so that no ^C falls between being read as a key and being a signal.
        setKeySignals(true)
        screen?.write(Modes.quiet + Modes.deviceAttributesQuery)
        let isInterrupted = readToAnswer(milliseconds: handOffPatience)
        if isInterrupted { onEvent?(.terminated(signal: SIGINT)) }
    }

    /// Whether ^C, ^Z and ^\\ are signals (termios(3), ISIG) or keys like others.
    func setKeySignals(_ isOn: Bool) {
        change(TCSADRAIN) { settings in
            if isOn {
                settings.c_lflag |= tcflag_t(ISIG)
            } else {
                settings.c_lflag &= ~tcflag_t(ISIG)
            }
        }
    }

    /// Whether a read waits for a byte (termios(3), VMIN). A ^C that is a signal takes what was
    /// typed before it out of the terminal: what poll(2) has promised may be gone when it is read.
    private func setReadsWait(_ waits: Bool) {
        change(TCSANOW) { settings in
            withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(VMIN)] = waits ? 1 : 0 }
        }
    }

    private func change(_ when: Int32, _ change: (inout termios) -> Void) {
        var settings = termios()
        // In the background the settings are the shell's.
        guard isInForeground, tcgetattr(input, &settings) == 0 else { return }
        change(&settings)
        tcsetattr(input, when, &settings)
    }

    /// Takes the keyboard again, because there is no next program after all. Opens the terminal
    /// anew if it has been reset meanwhile.
    public func resumeAfterFailedHandOff() throws(TerminalError) {
        guard isHandedOff else { return }
        isHandedOff = false
        guard isOpen else { return try open() }
        setKeySignals(false)
        if isShown { screen?.write(Modes.entering(capabilities.entry, mouse: usesMouse)) }
        readInput()
    }

    /// One byte at a time, so that nothing behind the answer is taken. What is typed meanwhile is
    /// lost, but for ^C: answers whether it was there.
    @discardableResult
    func readToAnswer(milliseconds: Int) -> Bool {
        awaitsAnswer = false
        setReadsWait(false)
        defer { setReadsWait(true) }
        var isInterrupted = false
        var decoder = InputDecoder()
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(milliseconds)
        while true {
            let left = clock.now.duration(to: end)
            guard left > .zero else { return isInterrupted }
            let milliseconds = Int32(left / .milliseconds(1)) + 1
            var waiting = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, milliseconds) > 0 else { continue }
            var byte: UInt8 = 0
            let count = withUnsafeMutableBytes(of: &byte) { Posix.read(input, $0) }
            guard count == 1 else {
                let isGone = count < 0 && errno != EINTR || waiting.revents & Int16(POLLHUP) != 0
                if isGone { return isInterrupted } else { continue }
            }
            for token in decoder.decode(CollectionOfOne(byte)) {
                switch token {
                case .deviceAttributes: return isInterrupted
                case .event(.key(.control("c"))): isInterrupted = true
                // At the hand-off it may still be under way, before the answer that is waited for.
                case .background where !isHandedOff: return isInterrupted
                default: continue
                }
            }
        }
    }
}
