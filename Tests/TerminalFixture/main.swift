// A full-screen program that does one thing per key, so that every way out of the terminal room can
// be tried on a real one.
import Dispatch
import Foundation
import Keys
import Surface
import Terminal
import Text
import Themes

/// What the tests wait for. It stands here, because a backtrace shows the lines where a crash was, and
/// the screen is searched for it afterwards.
private let firstWord = "ready"

@MainActor
final class Fixture {
    private let terminal: Terminal
    private let palette: Palette
    private var lines: [String] = []
    private var cursor: Point?

    init(environment: [String: String]) {
        let capabilities = Terminal.Capabilities.detect(environment: environment)
        terminal = Terminal(capabilities: capabilities)
        let theme = Theme(
            name: "fixture", title: "Fixture", appearance: .dark, background: RGB(1, 2, 3),
            paintsBackground: false,
            paints: [.accent: Paint(foreground: RGB(17, 34, 51), background: nil, emphasis: .bold)])
        palette = Palette(theme: theme, depth: capabilities.depth)
    }

    func run() {
        terminal.onEvent = { [unowned self] in self.take($0) }
        do {
            try terminal.open()
        } catch {
            leave(error.sentence, status: 3)
        }
        if ProcessInfo.processInfo.environment["SHOWS_NOTHING"] != nil { leave("left", status: 0) }
        show(firstWord)
    }

    private func take(_ event: TerminalEvent) {
        switch event {
        case .input(.key(let key)): press(key)
        case .input(.paste(let text)): showPasted(text)
        case .input(.mouse(let mouse)): show("\(mouse.kind) \(mouse.column),\(mouse.row)")
        case .resized(let size): show("size \(size.columns)x\(size.rows)")
        case .resumed: show("resumed")
        case .background(let isLight): show(isLight ? "light" : "dark")
        case .closed:
            terminal.resetTerminal()
            exit(4)
        case .terminated(let signal):
            terminal.resetTerminal()
            Terminal.die(of: signal)
        }
    }

    private func press(_ key: Key) {
        switch key {
        case .text("q"): leave("left", status: 0)
        case .control("c"): leave("cancelled", status: 1)
        case .text("y"): exit(7)
        case .text("t"): fatalError("a trap")
        case .text("o"): show("\(lines[lines.count + Int.random(in: 1...2)])")
        case .text("n"): UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case .text("a"): abort()
        case .text("s"): show("\(deepen(0))")
        case .text("x"): handOff(["/bin/sh", "-c", probe])
        case .text("e"): handOff(["/nonexistent"])
        case .text("u"): sleepThroughSignals()
        case .text("r"): presentAgain()
        case .text("f"): fill()
        case .text("k"): toggleCursor()
        case .text("w"): FileHandle.standardError.write(Data("stray words\n".utf8))
        default: show("\(key)")
        }
    }

    private var probe: String { ProcessInfo.processInfo.environment["PROBE"] ?? "exit 0" }

    private func deepen(_ depth: Int) -> Int {
        var numbers = [depth, depth]
        if depth >= 0 { numbers[0] = deepen(depth + 1) }
        return numbers[0] + numbers[1]
    }

    /// A main actor that answers nobody.
    private func sleepThroughSignals() {
        show("stuck")
        while true { pause() }
    }

    private func handOff(_ arguments: [String]) {
        show("handing off")
        // What a program does to signals before it execs.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGUSR1, SIG_IGN)
        Task {
            await terminal.beginHandOff()
            // Registering takes a while.
            try? await Task.sleep(for: .milliseconds(20))
            if arguments[0] == "/nonexistent" {
                do { try terminal.resumeAfterFailedHandOff() } catch {
                    leave("\(error)", status: 3)
                }
                return show("not handed off")
            }
            terminal.resetTerminal(discardingInput: false)
            Terminal.prepareForExec()
            var argv = arguments.map { strdup($0) } + [nil]
            execv(arguments[0], &argv)
            exit(5)
        }
    }

    /// Short texts are shown, each with a mark behind it and the columns it is said to take.
    private func showPasted(_ text: String) {
        show("paste of \(text.utf8.count)")
        guard text.utf8.count < 1000 else { return }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            show("\(line)|\(TextWidth.of(line))")
        }
    }

    /// The same frame many times, and then the bell.
    private func presentAgain() {
        for _ in 0..<50 { draw() }
        terminal.ringBell()
    }

    private func fill() {
        var grid = Grid(terminal.size)
        grid.fill(grid.bounds, with: "x", style: Style(.text))
        terminal.present(grid, palette: palette)
    }

    private func toggleCursor() {
        cursor = cursor == nil ? Point(column: 5, row: 3) : nil
        draw()
    }

    private func show(_ line: String) {
        lines.append(line)
        draw()
    }

    private func draw() {
        var grid = Grid(terminal.size)
        for (row, line) in lines.suffix(max(1, terminal.size.rows - 1)).enumerated() {
            grid.put(
                line, at: Point(column: 0, row: row), style: Style(row == 0 ? .accent : .text))
        }
        grid.cursor = cursor
        terminal.present(grid, palette: palette)
    }

    private func leave(_ line: String, status: Int32) -> Never {
        terminal.resetTerminal()
        print(line)
        exit(status)
    }
}

let environment = ProcessInfo.processInfo.environment
if let obstacle = Terminal.obstacle(environment: environment) {
    print(obstacle.sentence)
    exit(6)
}
let fixture = Fixture(environment: environment)
fixture.run()
dispatchMain()
