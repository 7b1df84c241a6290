import ArgumentParser

/// What every verb takes.
struct CommonOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: "Print one JSON object; --json=name,status prints these fields alone.")
    var json = false

    // What `--json=a,b` stands for, see `CommandWords`.
    @Option(name: .long, help: "The fields to print as JSON, for example name,status.")
    var fields: String?

    /// It is JSON that is wanted.
    var wantsJSON: Bool { json || fields != nil }
}

/// What every verb that speaks to a mesh takes.
struct MeshOptions: ParsableArguments {
    @Option(name: .long, help: "The mesh; without it the launch's own, or the one used last.")
    var mesh: String?
    @OptionGroup var common: CommonOptions
}

/// How rows are printed.
enum RowFormat: String, ExpressibleByArgument, CaseIterable { case text, json, jsonl }

/// What verbs that print rows take beside.
struct RowOptions: ParsableArguments {
    @Option(name: .long, help: "text, json, or jsonl: one object a line.")
    var format: RowFormat?
    @OptionGroup var at: MeshOptions

    /// As it is to be printed, whichever flag said so.
    var wanted: RowFormat { format ?? (at.common.wantsJSON ? .json : .text) }
}

/// What every screen takes.
struct ScreenOptions: ParsableArguments {
    @Option(name: .long, help: "The theme: a built-in one or a file of yours (skein themes).")
    var theme: String?

    @Flag(name: .long, help: "Lines instead of a screen: for screen readers and logs.")
    var plain = false
}
