import Foundation
import MeshProtocol
import TestSupport
import Testing

@testable import skein

@Suite("skein:// links")
struct LinkHandlerTests {
    static let ours = "x-scheme-handler/skein=skein-url-handler.desktop"

    /// A list before, and with ours.
    static let lists: [(String, String)] = [
        ("", "[Default Applications]\n\(ours)\n"),
        ("[Default Applications]\n", "[Default Applications]\n\(ours)\n"),
        (
            "[Default Applications]\ntext/html=firefox.desktop\n\n[Added Associations]\na=b;\n",
            "[Default Applications]\n\(ours)\ntext/html=firefox.desktop\n\n[Added Associations]\na=b;\n"
        ),
        ("# mine\n[Added Associations]\na=b;\n", "# mine\n[Added Associations]\na=b;\n\n[Default Applications]\n\(ours)\n"),
    ]

    @Test("ours is added to a list once, and what others wrote stays", arguments: lists)
    func adding(before: String, after: String) {
        #expect(LinkHandler.adding(to: before) == after)
        #expect(LinkHandler.adding(to: after) == after)
        #expect(!LinkHandler.removing(from: after).contains("skein"))
    }

    @Test("another program's claim to the scheme stays")
    func others() {
        let list = "[Default Applications]\nx-scheme-handler/skein=skein-url-handler.desktop;other.desktop;\n"
        #expect(
            LinkHandler.removing(from: list)
                == "[Default Applications]\nx-scheme-handler/skein=other.desktop;\n")
        let foreign = "[Default Applications]\nx-scheme-handler/skein=other.desktop;\n"
        #expect(LinkHandler.removing(from: foreign) == foreign)
    }

    @Test("installed, installed again, and taken away without a trace")
    func life() throws {
        let directory = try TemporaryDirectory()
        let handler = try LinkHandler(
            environment: [
                "XDG_DATA_HOME": directory.path + "/data",
                "XDG_CONFIG_HOME": directory.path + "/config",
            ], executable: "/opt/my programs/50% \"sk\\ein$\"")
        #expect(try handler.uninstall() == false)
        try handler.install()
        try handler.install()
        let entry = try String(contentsOfFile: handler.entryPath, encoding: .utf8)
        #expect(entry.hasPrefix("[Desktop Entry]\n"))
        #expect(entry.contains(
            #"Exec="/opt/my programs/50%% \\"sk\\\\ein\\$\\"" launch --join %u"# + "\n"))
        #expect(entry.contains("MimeType=x-scheme-handler/skein;\n"))
        #expect(try String(contentsOfFile: handler.listPath, encoding: .utf8).contains(Self.ours))
        #expect(try handler.uninstall())
        #expect(!FileManager.default.fileExists(atPath: handler.entryPath))
        #expect(try !String(contentsOfFile: handler.listPath, encoding: .utf8).contains("skein"))
        #expect(try handler.uninstall() == false)
    }

    @Test("without a home there is nowhere to keep it")
    func nowhere() {
        #expect(throws: SkeinError.self) {
            _ = try LinkHandler(environment: [:], executable: "/usr/bin/skein")
        }
    }
}
