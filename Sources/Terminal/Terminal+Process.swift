import CTerminalGuard

extension Terminal {
    /// Makes a crash give the terminal back, print its backtrace and end the process at once.
    /// `open` does it too; a program that may crash before that, or never opens a terminal, calls
    /// it first, or the Swift runtime asks a question on the terminal for half a minute.
    public nonisolated static func catchCrashes() {
        skein_guard_catch_crashes()
    }

    /// Ends the process by `signal` with its default action, as if it had never been caught, so
    /// that the shell sees the truth. Gives the terminal back if that has not been done.
    public nonisolated static func die(of signal: Int32) -> Never {
        skein_guard_die(signal)
    }

    /// Makes this process fit to be replaced: stdio flushed, every signal's disposition and this
    /// thread's mask as they were when the program started, all descriptors above 2 closed by exec,
    /// 0, 1 and 2 blocking. To be called after `resetTerminal`, right before exec, on the thread
    /// that calls it.
    public nonisolated static func prepareForExec() {
        skein_guard_prepare_exec()
    }

    /// Puts signals back to how they were before `prepareForExec`, after an exec that failed.
    public nonisolated static func undoPrepareForExec() {
        skein_guard_undo_exec()
    }
}
