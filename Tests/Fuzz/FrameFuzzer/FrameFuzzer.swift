import Foundation

/// libFuzzer's driver (LLVM, compiler-rt): it calls `callback` with one input after another, and
/// takes its options from the arguments.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Plays scripts made by libFuzzer against a broker's registry: `make fuzz`. `Stage` says what is
/// held to be true all the while, `Script` how a script is written.
@main
struct FrameFuzzer {
    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(
            runDriver(&count, &arguments) { bytes, count in
                let input = UnsafeBufferPointer(start: bytes, count: count)
                var stage = Stage()
                for event in Script.events(input) { stage.play(event) }
                stage.finish()
                return 0
            })
    }
}

/// What must never happen has: libFuzzer writes down the input that led here.
func broken(_ what: @autoclosure () -> String) -> Never {
    FileHandle.standardError.write(Data("BROKEN: \(what())\n".utf8))
    abort()
}

func hold(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { broken(what()) }
}
