import Foundation
import TestSupport
import Testing

@testable import Home

@Suite("The config file")
struct ConfigurationTests {
    @Test("what is set is read")
    func reads() {
        let (configuration, warnings) = Configuration.parse(
            """
            # mine
            theme = "paper"
            plain = false
            mouse = true
            relay_idle_minutes = 30
            history = false
            """)
        #expect(
            configuration
                == Configuration(
                    theme: "paper", plain: false, mouse: true, relayIdleMinutes: 30,
                    history: false))
        #expect(warnings == [])
    }

    @Test(
        "what is not understood is a warning with its line, and the rest still holds",
        arguments: [
            ("theme = \"paper\"\ncolour = 1\n", 2, "colour is no setting"),
            ("\n\nmouse = \"yes\"\ntheme = \"paper\"\n", 3, "true or false"),
            ("theme = \"paper\"\nrelay_idle_minutes = 0\n", 2, "1 to 10080"),
            ("theme = \"paper\"\nhistory = 0\n", 2, "history must be true or false"),
            ("theme = \"paper\"\n[relay]\nx = 1\n", 2, "relay is no setting"),
            ("theme = \"paper\"\n\"\\u001b[31m\" = 1\n", nil, "?[31m is no setting"),
        ] as [(String, Int?, String)])
    func warns(text: String, line: Int?, message: String) {
        let (configuration, warnings) = Configuration.parse(text)
        #expect(configuration.theme == "paper")
        #expect(warnings.count == 1)
        #expect(warnings.first?.line == line)
        #expect(warnings.first?.message.contains(message) == true)
    }

    @Test("a file that is no TOML is one warning, and the defaults hold")
    func noTOML() throws {
        let (configuration, warnings) = Configuration.parse("theme = \"paper\"\nplain = = 1\n")
        #expect(configuration == Configuration())
        #expect(warnings.map(\.line) == [2])

        let directory = try TemporaryDirectory()
        let path = directory.path + "/config.toml"
        #expect(Configuration.read(path).1 == [])
        try AtomicFile.write([0xFF, 0xFE], to: path)
        #expect(Configuration.read(path).1.count == 1)
        try AtomicFile.write([UInt8](repeating: 0x0A, count: 70_000), to: path)
        #expect(Configuration.read(path).1.count == 1)
    }
}
