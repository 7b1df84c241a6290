import ArgumentParser

/// What every verb takes.
struct CommonOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false
}

/// What every screen takes.
struct ScreenOptions: ParsableArguments {
    @Option(name: .long, help: "The theme: a built-in one or a file of yours (skein themes).")
    var theme: String?

    @Flag(name: .long, help: "Lines instead of a screen: for screen readers and logs.")
    var plain = false
}
