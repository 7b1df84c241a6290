import Foundation
import TestSupport
import Testing

@testable import Dashboard
@testable import Wording

@Suite("What screens say in other languages")
struct CatalogueTests {
    private static let rooms = ["Dashboard", "Keys", "Onboarding"]

    /// Those that speak where there is no screen, and the columns, whose words are looked up when
    /// they are shown.
    private static let others = [
        "FlagWalk.swift", "Keymap.swift", "LaunchFlow.swift", "PeerColumn.swift", "Problems.swift",
    ]

    private static func sources() throws -> [(name: String, text: String)] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try rooms.flatMap { room in
            let folder = root.appendingPathComponent("Sources/\(room)")
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            return try (files?.compactMap { $0 as? URL } ?? [])
                .filter { $0.pathExtension == "swift" }
                .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
        }
    }

    /// Every text that is said: what stands in a call, and what is said by another name.
    private static func phrases() throws -> Set<String> {
        let calls = #/(?:translated|say)\(\s*"((?:[^"\\]|\\.)*)"/#
        var found: Set<String> = []
        for (_, text) in try sources() {
            for call in text.matches(of: calls) where call.1.contains(#/[A-Za-z]{2}/#) {
                found.insert(String(call.1))
            }
        }
        Language.$here.withValue(.english) {
            found.formUnion(PeerColumn.all.map(\.explanation))
            found.formUnion(DashboardCommand.all.map(\.explanation))
            found.formUnion(Pane.allCases.map(\.rawValue))
        }
        return found
    }

    @Test("no catalogue lacks a text, and none has one that nobody says")
    func complete() throws {
        let phrases = try Self.phrases()
        #expect(phrases.count > 400)
        let missing = phrases.filter { spanishPhrases[$0] == nil && !$0.contains(#/\\\(/#) }
        #expect(missing.sorted() == [])
        let unsaid = Set(spanishPhrases.keys).subtracting(phrases).filter {
            $0.contains(#/[A-Za-z]{2}/#)
        }
        #expect(unsaid.sorted() == [])
    }

    @Test("a translation has the parts that the text has, each once")
    func parts() {
        for (english, spanish) in spanishPhrases {
            let wanted = english.matches(of: #/\{\d\}/#).map { String($0.0) }.sorted()
            let given = spanish.matches(of: #/\{\d\}/#).map { String($0.0) }.sorted()
            #expect(wanted == given, "\(english)")
            #expect(!spanish.isEmpty)
        }
    }

    @Test("sentences are said through a catalogue, not past it")
    func nothingPast() throws {
        let sentence = #/"[^"\\]*[a-z] [a-z][^"]*"/#
        for (name, text) in try Self.sources() where !Self.others.contains(name) {
            for line in text.split(separator: "\n") {
                let code = line.trimmingCharacters(in: .whitespaces)
                guard !code.hasPrefix("//"), let match = code.firstMatch(of: sentence) else {
                    continue
                }
                let isSaid =
                    code.contains("translated(") || code.contains("say(")
                    || code.contains("change(.") || code.contains("DashboardCommand(.")
                #expect(isSaid || Self.isKnown(match.0), "\(name): \(code)")
            }
        }
    }

    /// A sentence whose call is on the line before.
    private static func isKnown(_ literal: Substring) -> Bool {
        spanishPhrases[String(literal.dropFirst().dropLast())] != nil
    }

    @Test("the environment chooses the language", arguments: [
        (["LANG": "es_ES.UTF-8"], Language.spanish), (["LANG": "es"], .spanish),
        (["LC_ALL": "C", "LANG": "es_ES"], .english), (["LC_ALL": "", "LANG": "es_MX"], .spanish),
        (["LC_MESSAGES": "es_AR.utf8", "LANG": "en_US.UTF-8"], .spanish),
        (["LANG": "de_DE.UTF-8"], .english), ([:], .english), (["LANG": "C.UTF-8"], .english),
    ] as [([String: String], Language)])
    func environment(environment: [String: String], language: Language) {
        #expect(Language(environment: environment) == language)
    }

    @Test("parts stand where the language wants them; what is no part stays")
    func filled() {
        #expect(translated("{1} of {2}", 3, 7) == "3 of 7")
        #expect(translated("{2} before {1}", "a", "b") == "b before a")
        #expect(translated("{x} {9} {", 1) == "{x} {9} {")
        Language.$here.withValue(.spanish) {
            #expect(translated("queued {1}", 4) == "4 en cola")
            #expect(translated("of no catalogue {1}", 4) == "of no catalogue 4")
        }
    }
}
