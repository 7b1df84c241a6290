import Foundation
import Testing

/// Text that was looked at once and kept: the test compares with the file beside it.
///
/// With `SKEIN_RECORD=1` in the environment a file that differs is written anew, and the test still
/// fails, so that a recording is never mistaken for a pass.
public enum Golden {
    public static func expect(
        _ text: String, _ name: String, beside testFile: StaticString = #filePath,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let folder = URL(fileURLWithPath: "\(testFile)").deletingLastPathComponent()
            .appendingPathComponent("Golden")
        let file = folder.appendingPathComponent("\(name).txt")
        let kept = try? String(contentsOf: file, encoding: .utf8)
        if kept == text + "\n" { return }
        if ProcessInfo.processInfo.environment["SKEIN_RECORD"] == "1" {
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try? Data((text + "\n").utf8).write(to: file)
            Issue.record("recorded \(name): look at it", sourceLocation: sourceLocation)
            return
        }
        Issue.record(
            """
            \(name) is not as it was recorded.
            --- recorded
            \(kept ?? "(nothing)")
            --- now
            \(text)
            """, sourceLocation: sourceLocation)
    }
}
