import ArgumentParser
import Home
import MeshProtocol

/// `skein url-handler`: links that begin with `skein://`.
struct LinkHandlerVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "url-handler", abstract: "Have skein:// links opened by Skein.",
        subcommands: [Install.self, Uninstall.self])

    struct Install: Verb {
        static let configuration = CommandConfiguration(
            commandName: "install", abstract: "Open skein:// links with this program.")
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let handler = try LinkHandlerVerbs.handler()
            try handler.install()
            let report = ["entry": handler.entryPath, "list": handler.listPath]
            try Output.report("url-handler install", report, common) { () throws(SkeinError) in
                Output.shown("skein:// links are opened by \(handler.executable).")
            }
            return .ok
        }
    }

    struct Uninstall: Verb {
        static let configuration = CommandConfiguration(
            commandName: "uninstall", abstract: "Leave skein:// links alone again.")
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let wasThere = try LinkHandlerVerbs.handler().uninstall()
            try Output.report("url-handler uninstall", ["removed": wasThere], common) {
                () throws(SkeinError) in
                wasThere ? "skein:// links are left alone again." : "There was nothing to take away."
            }
            return .ok
        }
    }

    private static func handler() throws(SkeinError) -> LinkHandler {
        #if os(macOS)
            throw SkeinError(
                .arguments, "macOS opens links with applications alone, and Skein is none",
                hint: "Paste the link: skein join LINK")
        #else
            return try LinkHandler(
                environment: Process.environment, executable: Process.executable)
        #endif
    }
}
