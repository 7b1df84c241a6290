#if os(Linux)
    import Foundation
    import MeshProtocol
    import TestSupport
    import Testing

    /// Only root can mount a disk of its own for a test; it is gone with the process.
    @Suite("A relay and its disk", .enabled(if: OwnDisk.isPossible), .timeLimit(.minutes(1)))
    struct DiskTests {
        @Test(
            "what keeps it from starting is said plainly, and nothing runs on",
            arguments: [
                ("head -c 9999999 /dev/zero > $D/fill; relay", ErrorCode.diskFull),
                // Room for the files, none for the index of a store's log.
                ("head -c 4165632 /dev/zero > $D/fill; relay", .diskFull),
                ("mount -o remount,ro $D; relay", .homeUnwritable),
                ("mkdir -p $D/home/data; mount -o remount,ro $D; relay", .homeUnwritable),
                ("echo x > $D/home; relay", .homeUnwritable),
                ("mkdir -p $D/home/data/relay.lock; relay", .homeUnwritable),
                ("mkdir -p $D/home/run/relay.sock; relay", .homeUnwritable),
            ])
        func start(script: String, code: ErrorCode) throws {
            let (status, output) = try OwnDisk.run(
                """
                relay() { SKEIN_HOME=$D/home exec "$0" relay run --ready-fd 1; }
                \(script)
                """)
            let error = try? JSONDecoder().decode(SkeinError.self, from: Data(output.utf8))
            #expect(error?.code == code, "\(output)")
            #expect(status == code.exit.rawValue)
            #expect(error?.hint != nil)
        }
    }

    /// A small disk, `$D`, that is there for one line of sh; `$0` is the relay's program.
    enum OwnDisk {
        static let isPossible = geteuid() == 0 && (try? run("true"))?.status == 0

        static func run(_ line: String) throws -> (status: Int32, output: String) {
            let directory = try TemporaryDirectory()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
            process.arguments = [
                "-m", "timeout", "20", "/bin/sh", "-c",
                "D=$1; mount -t tmpfs -o size=4m tmpfs $D || exit 99\n" + line,
                RelayHarness.fixture, directory.path,
            ]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let data = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: data, as: UTF8.self))
        }
    }
#endif
