import Foundation
import TestSupport
import Testing

/// What a program inherits that cannot be seen on the screen.
@Suite("An agent is started as a plain shell would start it")
struct ExecProbeTests {
    /// Writes what its process is like to the file named first. Looks from outside, through other
    /// programs, so that its own descriptors are as they were.
    private static let probe = """
        #!/bin/sh
        out=$1
        yes() { if [ "$1" = "$2" ]; then echo "$3: yes" >>"$out"; else echo "$3: no" >>"$out"; fi; }
        set -- $(cut -d' ' -f4,5,6,8 /proc/$$/stat)
        echo "parent: $1" >>"$out"
        echo "session: $3" >>"$out"
        yes "$2" $$ "leads its process group"
        yes "$4" $$ "is in the foreground"
        grep -E '^(SigBlk|SigIgn|SigCgt|ShdPnd|SigPnd|NoNewPrivs|Umask)' /proc/self/status >>"$out"
        find /proc/$$/fd -mindepth 1 -printf 'descriptor %f: %l\\n' >>"$out"
        for fd in 0 1 2; do grep flags /proc/$$/fdinfo/$fd >>"$out"; done
        ulimit -a >>"$out"
        pwd >>"$out"
        env | grep -vE '^(SKEIN_|_=|PS1=)' | sort >>"$out"
        stty -a >>"$out"
        """

    enum Way: String, CaseIterable, Sendable {
        case wizard, flags
    }

    #if os(Linux)
        @Test(
            "signals, descriptors, group, limits and settings are the same", arguments: Way.allCases
        )
        func compare(_ way: Way) async throws {
            try await Place.with { place in
                try place.write(Self.probe, to: "bin/probe", mode: 0o755)
                let shell = try await place.jobShell()
                let window = shell.session.window
                try await shell.status(of: shell.start("trap '' USR2"))
                try await shell.status(of: shell.start("probe out.txt; mv out.txt plain.txt"))
                let flags = "--account local --new-mesh demo --name dev1 --role r --agent probe"
                switch way {
                case .flags:
                    let line = "skein launch --non-interactive \(flags) -- out.txt"
                    #expect(try await shell.status(of: shell.start(line)) == 0)
                case .wizard:
                    let command = shell.start("skein \(flags) -- out.txt")
                    for choice in ["▸ Continue", "▸ Launch"] {
                        try await window.wait(forText: choice)
                        window.send("\r")
                    }
                    #expect(try await shell.status(of: command) == 0)
                }
                let plain = try #require(place.read("payments/plain.txt")).split(separator: "\n")
                let launched = try #require(place.read("payments/out.txt"))
                    .split(separator: "\n")
                #expect(plain.contains("is in the foreground: yes"))
                #expect(
                    plain.contains { $0.hasPrefix("SigIgn") && !$0.hasSuffix("0000000000000000") })
                #expect(launched.filter { !plain.contains($0) } == [])
                #expect(plain.filter { !launched.contains($0) } == [])
            }
        }
    #endif

    @Test("what was ignored when Skein was started is ignored by the agent, and nothing else")
    func ignoredSignals() async throws {
        try await Place.with { place in
            try place.write(
                """
                #!/bin/sh
                trap 'echo heard' HUP
                kill -HUP $$
                kill -PIPE $$
                echo deaf
                """, to: "bin/deaf", mode: 0o755)
            for (ignored, status) in [("HUP", 128 + SIGPIPE), ("HUP PIPE", 0)] {
                var words = CommandsTests.launch
                words[words.count - 1] = place.bin + "/deaf"
                words[words.firstIndex(of: "demo") ?? 0] = "demo-\(status)"
                let line = ([Command.path] + words).joined(separator: " ")
                let session = try TerminalSession(
                    ["/bin/sh", "-c", "trap '' \(ignored); \(line); echo status=$?"],
                    environment: place.environment, directory: place.work)
                try await session.waitForExit()
                #expect(session.screen.contains("status=\(status)"))
                #expect(session.screen.contains("deaf") == (status == 0))
                #expect(!session.screen.contains("heard"))
            }
        }
    }

    @Test("the launch's own words are in its environment, and nothing that would confuse it")
    func environment() async throws {
        try await Place.with { place in
            let command = try await place.skein(
                CommandsTests.launch + ["--", "-c", "env"],
                adding: ["LINES": "7", "COLUMNS": "33", "SKEIN_THEME": "mono", "SKEIN_TOKEN": "sk_pat_x", "KEPT": "kept"])
            let lines = command.output.split(separator: "\n")
            #expect(lines.contains("SKEIN_MESH=demo"))
            #expect(lines.contains("SKEIN_NAME=dev1"))
            #expect(lines.contains("SKEIN_ROLE=reviewer"))
            #expect(lines.contains("KEPT=kept"))
            for name in ["SKEIN_LAUNCH=", "SKEIN_LAUNCH_TOKEN="] {
                #expect(lines.contains { $0.hasPrefix(name) })
            }
            for name in ["LINES=", "COLUMNS=", "SKEIN_THEME=", "SKEIN_TOKEN="] {
                #expect(!lines.contains { $0.hasPrefix(name) })
            }
        }
    }

    @Test("a launch may not stop the relay")
    func launchMayNotStop() async throws {
        try await Place.with { place in
            let command = try await place.skein(
                CommandsTests.launch + ["--", "-c", "\"\(Command.path)\" relay stop"])
            #expect(command.status == 7)
            #expect(try await place.relayProcess() != nil)
        }
    }
}
