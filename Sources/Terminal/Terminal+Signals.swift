import CTerminalGuard

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Terminal {
    /// What a signal that was noted asks for.
    func heed(_ signal: Int32) {
        switch signal {
        case SIGWINCH: noteResize()
        case SIGTSTP: suspend()
        // Stopped by SIGSTOP, which nobody can catch: the shell has used the terminal meanwhile.
        case SIGCONT: comeBack()
        default: onEvent?(.terminated(signal: signal))
        }
    }

    private func noteResize() {
        if let resizing { return resizing.extend() }
        resizing = ResizeTimer { [weak self] in
            self?.resizing?.cancel()
            self?.resizing = nil
            self?.resize()
        }
    }

    /// Gives the terminal back and stops the process group, as ^Z does to a job of a shell; when it
    /// is continued, opens the terminal again and tells `resumed`. Does nothing where the program
    /// was started with SIGTSTP ignored.
    public func suspend() {
        guard isOpen, skein_guard_was_ignored(SIGTSTP) == 0 else { return }
        resetTerminal(discardingInput: !isHandedOff)
        skein_guard_stop()
        reopen()
    }

    private func comeBack() {
        guard isOpen else { return }
        guard (try? comeForward()) != nil else { return tellClosed() }
        resetTerminal(discardingInput: !isHandedOff)
        reopen()
    }

    private func reopen() {
        let before = size
        guard (try? takeTerminal()) != nil else { return tellClosed() }
        if isHandedOff {
            setKeySignals(true)
        } else {
            readInput()
        }
        // Signals that led here are not news any more.
        for signal in requests?.drain() ?? [] where signal != SIGCONT && signal != SIGTSTP {
            if signal != SIGWINCH { onEvent?(.terminated(signal: signal)) }
        }
        guard isOpen else { return }
        if size != before { onEvent?(.resized(size)) }
        onEvent?(.resumed)
    }

    private func tellClosed() {
        resetTerminal()
        onEvent?(.closed)
    }

    var isInForeground: Bool { skein_guard_in_foreground(output) != 0 }

    /// In the background the terminal's settings are the shell's own: waits, stopped, to be brought
    /// forward.
    func comeForward() throws(TerminalError) {
        let failure = skein_guard_come_forward(output)
        guard failure == 0 else { throw .inBackground(errno: failure) }
    }
}
