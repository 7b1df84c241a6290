#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `skein hook AGENT EVENT`, which an agent calls before and after every tool: a small program of
/// its own inside of `skein`, entered before anything else of it is touched. It tells the relay
/// what happened and prints what the relay answers, within 200 ms; it opens no store, starts
/// nothing, and ends with 0 whatever happens, so that no agent is ever disturbed by it.
public enum HookProgram {
    /// All that it may take, in milliseconds. What hangs where no deadline reaches, a disk for
    /// one, ends then.
    static let limit: Int64 = 200
    /// For reading what the agent says.
    static let inputLimit: Int64 = 100
    /// For everything but ending.
    static let workLimit: Int64 = 180

    /// Does not return where this process is a hook.
    public static func runIfAsked() {
        guard CommandLine.argc > 2, argument(1) == "hook" else { return }
        let agent = argument(2)
        // What a person asks.
        guard !agent.hasPrefix("-") else { return }
        endWhateverHappens()
        run(agent: agent, event: CommandLine.argc > 3 ? argument(3) : "")
        _exit(0)
    }

    private static func argument(_ index: Int) -> String {
        CommandLine.unsafeArgv[index].map { String(cString: $0) } ?? ""
    }

    private static func run(agent: String, event: String) {
        let hasOutput = fcntl(STDOUT_FILENO, F_GETFD) >= 0
        // What is opened from here on must not become a standard descriptor.
        while true {
            let fd = open("/dev/null", O_RDWR)
            guard (0...STDERR_FILENO).contains(fd) else {
                if fd >= 0 { close(fd) }
                break
            }
        }
        let deadline = HookDeadline(milliseconds: workLimit)
        let isSaid = tell(agent: agent, event: event, hasOutput: hasOutput, until: deadline)
        // Codex takes no answer to this one for a mistake.
        if !isSaid, hasOutput, agent == "codex", event == "Stop" {
            _ = HookOutput.write(Array("{}".utf8), to: STDOUT_FILENO, until: deadline)
        }
    }

    /// Whether anything was printed.
    private static func tell(
        agent: String, event: String, hasOutput: Bool, until deadline: HookDeadline
    ) -> Bool {
        guard let launch = variable("SKEIN_LAUNCH"), let token = variable("SKEIN_LAUNCH_TOKEN"),
            launch.utf8.count <= 64, token.utf8.count <= 256
        else { return false }
        // Codex's notice gives its JSON as one more argument.
        let input =
            CommandLine.argc > 4
            ? Array(argument(4).utf8.prefix(HookInput.longest))
            : HookInput.read(
                from: STDIN_FILENO, until: HookDeadline(milliseconds: inputLimit))
        let facts = HookFacts(agent: agent, event: event, input: input)
        let request = HookRequest(launch: launch, token: token)
        let line = request.tell(facts, at: HookDeadline.wallClock)
        guard let path = variable("SKEIN_SOCKET"),
            var relay = RelayLink(path: path, until: deadline),
            relay.write(line, until: deadline),
            let reply = relay.reply(to: HookRequest.id, until: deadline), reply != .later
        else {
            if let spool = variable("SKEIN_SPOOL") { HookSpool.append(line, to: spool) }
            return false
        }
        guard case .answer(let text?, let messages) = reply, hasOutput,
            HookOutput.write(text, to: STDOUT_FILENO, until: deadline)
        else { return false }
        // Only what was put before the agent was shown. The answer is waited for: a relay stops
        // working on what is asked by somebody who has hung up.
        if let messages, relay.write(request.confirm(messages[...]), until: deadline) {
            _ = relay.reply(to: HookRequest.confirmationID, until: deadline)
        }
        return true
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    private static func endWhateverHappens() {
        let end: @convention(c) (Int32) -> Void = { _ in _exit(0) }
        for number in [SIGALRM, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            signal(number, end)
        }
        signal(SIGPIPE, SIG_IGN)
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        var timer = itimerval()
        timer.it_value.tv_usec = .init(limit * 1000)
        #if os(Linux)
            setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
        #else
            setitimer(ITIMER_REAL, &timer, nil)
        #endif
    }
}
