import Home
import Keys
import MeshProtocol
import Surface
import Terminal
import Text
import Themes
import Wording

/// The terminal as the wizard and the dashboard share it: one is opened, both draw on it, and it
/// is given back once.
@MainActor
final class Screens {
    let terminal: Terminal
    private var palette: Palette
    /// The themes in the order they are shown, the chosen one first. Read when first asked for:
    /// the first frame needs one.
    private lazy var themes = [palette.theme] + otherThemes()
    private let otherThemes: () -> [Theme]
    let glyphs: Glyphs
    /// The terminal's size now.
    private(set) var size: Size
    /// What to do with the next event, and how to draw.
    var onInput: (InputEvent) -> Void = { _ in }
    var draw: (Size) -> Grid? = { _ in nil }
    /// Called before the first frame of another size.
    var onResize: (Size) -> Void = { _ in }
    /// Called once, when the terminal is gone or a signal asks to leave.
    var onEnd: (Ending) -> Void = { _ in }
    /// Called when the file of the theme in use was changed.
    var onTheme: (Result<String, SkeinError>) -> Void = { _ in }
    private var themeWatch: DirectoryWatch?
    private let reload: (String) -> Result<Theme, SkeinError>
    private let notices: Configuration.Notices

    enum Ending: Equatable {
        case closed
        case signal(Int32)
    }

    /// Whether the theme goes with the terminal's background, because nobody chose one.
    private var followsBackground: Bool

    init(_ choice: ThemeChoice.Chosen, surroundings: Surroundings) throws(SkeinError) {
        Language.use(Language(environment: surroundings.environment))
        let theme = choice.theme
        followsBackground = choice.isAutomatic
        let capabilities = Terminal.Capabilities.detect(environment: surroundings.environment)
        terminal = Terminal(
            capabilities: capabilities, usesMouse: surroundings.configuration.mouse ?? true,
            asksBackground: choice.isAutomatic)
        do throws(TerminalError) {
            try terminal.open()
        } catch {
            throw SkeinError(
                .notATerminal, error.sentence, hint: "Use --plain, or skein launch --non-interactive")
        }
        palette = Palette(theme: theme, depth: capabilities.depth)
        glyphs = capabilities.isUnicode ? .unicode : .ascii
        size = terminal.size
        otherThemes = {
            ThemeChoice.all(surroundings).compactMap(\.theme).filter { $0.name != theme.name }
        }
        reload = { ThemeChoice.again($0, surroundings) }
        notices = surroundings.configuration.notices ?? .bell
        terminal.onEvent = { [unowned self] event in take(event) }
        themeWatch = DirectoryWatch(surroundings.home.themesDirectory) { [weak self] in
            self?.rereadThemes()
        }
    }

    var theme: Theme { palette.theme }

    /// Something needs the person.
    func notify(_ text: String) {
        switch notices {
        case .bell: terminal.ringBell()
        case .osc9: terminal.notify(text)
        case .none: break
        }
    }

    /// A theme that is broken while somebody writes at it leaves the one in use.
    private func rereadThemes() {
        themes = [palette.theme] + otherThemes()
        switch reload(palette.theme.name) {
        case .success(let theme) where theme == palette.theme: return
        case .success(let theme):
            palette = Palette(theme: theme, depth: palette.depth)
            onTheme(.success(theme.name))
        case .failure(let error): onTheme(.failure(error))
        }
    }

    /// Draws what there is to show now; nothing is sent for what is on the screen already.
    func show() {
        guard let grid = draw(size) else { return }
        terminal.present(grid, palette: palette)
    }

    func nextTheme() {
        followsBackground = false
        let themes = themes
        let index = themes.firstIndex { $0.name == palette.theme.name } ?? 0
        palette = Palette(theme: themes[(index + 1) % themes.count], depth: palette.depth)
        show()
    }

    private func follow(_ isLight: Bool) {
        let name = ThemeCatalog.name(for: isLight ? .light : .dark)
        guard followsBackground, palette.theme.name != name,
            let theme = ThemeCatalog.builtIn(name)
        else { return }
        palette = Palette(theme: theme, depth: palette.depth)
        show()
    }

    private func take(_ event: TerminalEvent) {
        switch event {
        case .input(let input): onInput(input)
        case .resized(let size):
            self.size = size
            onResize(size)
            show()
        case .resumed: show()
        case .background(let isLight): follow(isLight)
        case .closed: onEnd(.closed)
        case .terminated(let signal): onEnd(.signal(signal))
        }
    }
}
