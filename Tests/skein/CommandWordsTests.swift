import MeshProtocol
import Testing

@testable import skein

@Suite("The words of a command line")
struct CommandWordsTests {
    @Test(
        "fields are found behind --json, and nothing else is touched",
        arguments: [
            (["--json=a,b"], true, ["--json", "--fields", "a,b"]),
            (["--json", "a,b"], false, ["--json", "--fields", "a,b"]),
            (["--json", "a,b"], true, ["--json", "a,b"]),
            (["--json", "--mesh", "x"], false, ["--json", "--mesh", "x"]),
            (["--json", "A"], false, ["--json", "A"]), (["--json"], false, ["--json"]),
            (["ada", "--", "--json=a"], true, ["ada", "--", "--json=a"]),
            (["--json="], true, ["--json", "--fields", ""]),
        ])
    func fields(words: [String], takesWords: Bool, expected: [String]) {
        #expect(CommandWords.expanded(words, takesWords: takesWords) == expected)
    }

    @Test(
        "a failure is JSON where that was asked for",
        arguments: [
            (["peers", "--json"], true), (["peers", "--json=a"], true),
            (["peers", "--format", "jsonl"], true), (["peers", "--format=jsonl"], true),
            (["flow", "--format", "table"], false), (["send", "a", "--", "--json"], false),
            (["peers"], false), (["inbox", "--fields", "id"], true),
        ])
    func wantsJSON(words: [String], expected: Bool) {
        #expect(CommandWords.wantJSON(words) == expected)
    }

    @Test("a verb is found by its words, and what is left is for it")
    func found() {
        let table: [([String], String?, [String])] = [
            (["peers", "--json"], "PeersVerb", ["--json"]), (["state"], "List", []),
            (["state", "get", "k"], "Get", ["k"]), (["state", "--json"], "List", ["--json"]),
            (["relay", "logs", "-f"], "Logs", ["-f"]), (["relay", "nothing"], nil, []),
            (["nothing"], nil, ["nothing"]), (["--agent", "sh"], "LaunchVerb", ["--agent", "sh"]),
            (["broker", "--port", "0"], "Run", ["--port", "0"]),
        ]
        for (words, type, rest) in table {
            let found = Skein.found(words)
            #expect(found.type.map { "\($0)" } == type, "\(words)")
            if type != nil { #expect(found.rest == rest, "\(words)") }
        }
    }

    @Test(
        "what is typed is parsed",
        arguments: [
            ["peers", "--json", "name,status"], ["send", "ada", "a", "b", "--priority", "now"],
            ["send", "ada", "-"], ["send", "--", "-ada", "x"], ["inbox", "--follow"],
            ["status"], ["status", "set", "dnd"], ["summary"], ["summary", "--clear"],
            ["visible", "yes"], ["profile", "--title", "x"], ["groups"], ["groups", "join", "a:b"],
            ["state", "set", "k", "-"], ["state", "watch", "--format", "jsonl"],
            ["remember", "x", "--tags", "a,b"], ["recall", "x", "y"], ["forget", "id"], ["info"],
            ["message", "0198f3aa"], ["queue"], ["queue", "cancel", "0198f3aa"],
            ["verify", "ada", "--confirm"], ["grant", "ada", "dm", "read"], ["grants"],
            ["block", "ada"], ["unblock", "ada@demo"], ["mesh"], ["mesh", "leave", "x", "-y"],
            ["mesh", "rename", "a", "b c"], ["relay", "logs", "--follow"], ["sync", "--wait", "5s"],
            ["doctor", "--fix", "--json=name,state"], ["completions", "zsh"],
            ["mode", "push", "--policy", "quiet"],
        ])
    func parsed(words: [String]) throws {
        #expect(try Skein.verb(words) is any Verb)
    }

    @Test("what is not known is refused", arguments: [
        ["peers", "--jsno"], ["state", "got", "k"], ["visible"], ["grant"], ["peers", "ada"],
        ["mesh", "rename", "a"],
    ])
    func refused(words: [String]) {
        #expect(throws: (any Error).self) { try Skein.verb(words) }
    }
}
