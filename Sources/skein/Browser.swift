import Agents
import CSystemCalls

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The person's browser, where there is one on this screen.
enum Browser {
    /// The program that opens a page, or nil: over SSH, or without a display, it would open where
    /// nobody sits.
    static func opener(_ environment: [String: String]) -> String? {
        func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
        guard !isSet("SSH_CONNECTION"), !isSet("SSH_TTY"), !isSet("SSH_CLIENT") else { return nil }
        let search = PathSearch(path: environment["PATH"] ?? "", directory: "/")
        #if os(macOS)
            return search.find("open")
        #else
            guard isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") else { return nil }
            return search.find("xdg-open")
        #endif
    }

    /// Asks for a page to be opened, and waits for nothing. False where nothing can. No shell
    /// sees the address, which begins with `http`: it is no option either.
    static func open(_ page: String, _ environment: [String: String]) -> Bool {
        guard page.hasPrefix("https://") || page.hasPrefix("http://"),
            let program = opener(environment)
        else { return false }
        let null = systemOpen("/dev/null")
        guard null >= 0 else { return false }
        defer { close(null) }
        let variables = environment.filter { !$0.key.hasPrefix("SKEIN_") }
            .map { $0.key + "=" + $0.value }
        let words: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(page)]
        let settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) }
        defer { for text in words + settings { free(text) } }
        return skein_spawn_detached(program, words + [nil], settings + [nil], [null], 1) == 0
    }

    private static func systemOpen(_ path: String) -> Int32 {
        #if canImport(Glibc)
            Glibc.open(path, O_WRONLY | O_CLOEXEC)
        #else
            Darwin.open(path, O_WRONLY | O_CLOEXEC)
        #endif
    }
}
