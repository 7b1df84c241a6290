/// A target as it is typed: `ada`, `ada@payments`, `@backend`, `@backend@payments`, `*`, a key.
struct TargetWord: Equatable {
    /// Without its mesh.
    var target: String
    /// Nil where none is named.
    var mesh: String?

    /// A name may hold an `@` itself, so what follows the last one is a mesh only where one of
    /// `meshes` is called so.
    init(_ text: String, meshes: [String]) {
        target = text
        guard let at = text.lastIndex(of: "@"), at != text.startIndex else { return }
        let name = String(text[text.index(after: at)...])
        guard meshes.contains(name) else { return }
        target = String(text[..<at])
        mesh = name
    }
}
