import MeshProtocol
import Terminal

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one place that hands the process, and with it the terminal, to another program.
public enum Exec {
    /// Replaces this process. It returns only if that failed. The terminal has to be reset before.
    public static func replace(with command: AgentCommand) -> SkeinError {
        // Where we are already needs no name: it may be one that is no text.
        guard isHere(command.directory) || chdir(command.directory) == 0 else {
            return failure("The directory \(command.directory) cannot be entered")
        }
        let arguments = command.arguments.map { strdup($0) } + [nil]
        let environment = command.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        fflush(nil)
        Terminal.prepareForExec()
        execve(command.path, arguments, environment)
        if errno == ENOEXEC {
            // A script without an interpreter line is the shell's, as execvp(3) has it.
            let shell = "/bin/sh"
            let words = [strdup(shell), strdup(command.path)] + arguments.dropFirst()
            execve(shell, words, environment)
        }
        let error = failure("“\(command.path)” cannot be started")
        Terminal.undoPrepareForExec()
        return error
    }

    private static func isHere(_ directory: String) -> Bool {
        guard let path = getcwd(nil, 0) else { return false }
        defer { free(path) }
        return String(cString: path) == directory
    }

    private static func failure(_ what: String) -> SkeinError {
        SkeinError(.agentFailed, "\(what): \(String(cString: strerror(errno)))")
    }
}
