import Foundation
import Synchronization

/// A process of the storm, its output read line by line as it comes.
final class ChaosProgram: Sendable {
    let pid: Int32
    private struct State {
        var status: Int32?
        var output: [UInt8] = []
    }
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    /// `heard` is called on a thread of its own, for each line.
    init(
        _ path: String, _ words: [String], environment: [String: String], complaints: String,
        heard: (@Sendable (String) -> Void)? = nil
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = words
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        if !FileManager.default.fileExists(atPath: complaints) {
            _ = FileManager.default.createFile(atPath: complaints, contents: nil)
        }
        let errors = FileHandle(forWritingAtPath: complaints)
        _ = try? errors?.seekToEnd()
        process.standardError = errors ?? FileHandle.nullDevice
        try process.run()
        pid = process.processIdentifier
        let reading = pipe.fileHandleForReading
        Thread.detachNewThread { [self] in
            var line: [UInt8] = []
            while true {
                let data = reading.availableData
                if data.isEmpty { break }
                for byte in data {
                    guard byte == 0x0A else {
                        line.append(byte)
                        continue
                    }
                    heard?(String(decoding: line, as: UTF8.self))
                    line = []
                }
                state.withLock { $0.output += data }
            }
            process.waitUntilExit()
            let status =
                process.terminationReason == .exit
                ? process.terminationStatus : -process.terminationStatus
            state.withLock { $0.status = status }
            ended.signal()
        }
    }

    var isRunning: Bool { state.withLock { $0.status == nil } }

    /// What it printed, and how it ended; nil where it does not end in time, and then it is killed.
    func end(within seconds: Double) -> (status: Int32, output: String)? {
        guard ended.wait(timeout: .now() + seconds) == .success else {
            kill(pid, SIGKILL)
            return nil
        }
        ended.signal()
        return state.withLock {
            ($0.status ?? -1, String(decoding: $0.output, as: UTF8.self))
        }
    }
}
