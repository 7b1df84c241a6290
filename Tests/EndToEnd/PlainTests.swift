import Foundation
import TestSupport
import Testing

@Suite("The same flow, line by line")
struct PlainTests {
    @Test("a pipe of lines answers every question, and the agent runs")
    func lines() async throws {
        try await Place.with { place in
            let command = try await place.skein(
                ["--plain", "--agent", "sh", "--", "-c", "echo ran as $SKEIN_NAME, $SKEIN_ROLE"],
                input: "\n1\npayments\ndev7\n2\n1\n")
            #expect(command.status == 0, "\(command)")
            #expect(command.output.hasSuffix("ran as dev7, reviewer\n"))
            #expect(!(command.output + command.errors).contains("\u{1B}"))
            let questions = [
                "Who are you to your meshes?", "Which mesh does this agent join?",
                "What do other peers call it?", "What does it do here?", "Ready",
            ]
            var rest = command.output[...]
            for question in questions {
                let found = try #require(rest.range(of: question), "\(question)")
                rest = rest[found.upperBound...]
            }
            // Steps that are hidden are not asked: the agent was given, groups are optional.
            #expect(!command.output.contains("Which agent takes the terminal?"))
            #expect(!command.output.contains("Which groups"))
        }
    }

    @Test("a second run asks for Launch alone")
    func secondRun() async throws {
        try await Place.with { place in
            let words = ["--plain", "--agent", "sh", "--", "-c", "echo ran"]
            try await place.skein(words, input: "\n1\npayments\ndev7\n2\n1\n")
            let second = try await place.skein(words, input: "1\n")
            #expect(second.status == 0)
            #expect(second.output.hasSuffix("ran\n"))
            #expect(!second.output.contains("Which mesh"))
            #expect(second.output.contains("dev7"))
        }
    }

    @Test(
        "the end of input takes what was offered, and never launches",
        arguments: ["", "\n", "\n\n\n\n\n"])
    func endOfInput(input: String) async throws {
        try await Place.with { place in
            let command = try await place.skein(
                ["--plain", "--agent", "sh", "--", "-c", "echo ran"], input: input)
            #expect(command.status == 1)
            #expect(!command.output.split(separator: "\n").contains("ran"))
            #expect(command.output.contains("Ready"))
            #expect(command.errors.contains("nothing was made"))
            #expect(place.kept == nil)
        }
    }

    @Test("what cannot be taken is told, and asked again")
    func unclear() async throws {
        try await Place.with { place in
            let command = try await place.skein(
                ["--plain", "--agent", "sh", "--", "-c", "echo ran"],
                input: "\n7\n1\n\n\u{1B}[31m\nback\n\ndev8\n\n1\n")
            #expect(
                command.output.contains("There are 1 choices.")
                    || command.output.contains("There is 1 choice."))
            #expect(command.output.contains("control characters"))
            #expect(command.output.hasSuffix("ran\n"))
            #expect(!command.output.contains("\u{1B}"))
        }
    }

    @Test("a wrong flag is told before the first question")
    func wrongFlag() async throws {
        try await Place.with { place in
            let command = try await place.skein(
                ["--plain", "--agent", "no-such-agent"], input: "leave\n")
            #expect(command.output.hasPrefix("Not taken: “no-such-agent” is not on PATH"))
            #expect(command.status == 1)
        }
    }

    @Test("a dumb terminal gets lines, without a single escape code")
    func dumbTerminal() async throws {
        try await Place.with { place in
            let session = try place.window(
                ["--agent", "sh", "--", "-c", "echo r''an; tty"], adding: ["TERM": "dumb"])
            let answers = [
                ("Continue", ""), ("Who are you", "1"), ("Which mesh", ""),
                ("What do other", "dev7"),
                ("What does it do", ""), ("Ready", "1"),
            ]
            for (question, answer) in answers {
                try await session.wait(for: question) { observed in
                    observed.text.components(separatedBy: question).last?.hasSuffix(":\r\n") == true
                        && observed.text.contains(question)
                }
                session.send(answer + "\n")
            }
            #expect(try await session.waitForExit() == .exited(0))
            #expect(session.observed.text.contains("ran\r\n"))
            #expect(!session.observed.text.contains("\u{1B}"))
            #expect(session.settings == session.settingsBefore)
        }
    }

    @Test("^C leaves a dumb terminal as it was")
    func dumbInterrupt() async throws {
        try await Place.with { place in
            let session = try place.window(["--agent", "sh"], adding: ["TERM": "dumb"])
            try await session.wait(forText: "Continue")
            session.send("\u{3}")
            #expect(try await session.waitForExit() == .killed(by: SIGINT))
            #expect(session.settings == session.settingsBefore)
            #expect(place.kept == nil)
        }
    }

    @Test("the dashboard as lines says who is there, who comes and who goes")
    func dashboard() async throws {
        try await Place.with { place in
            try await place.settle()
            let session = try place.window(["dashboard", "--plain"])
            try await session.wait(forText: "0 peers")
            let agent = try place.window(
                ["launch", "--non-interactive", "--name", "dev2", "--agent", "cat"])
            try await session.wait(forText: "joined: dev2")
            agent.send("\u{4}")
            try await session.wait(forText: "left: dev2")
            session.send("\u{3}")
            try await session.waitForExit()
            #expect(!session.observed.text.contains("\u{1B}"))
        }
    }
}
