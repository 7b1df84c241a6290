/// The palette files beside this one, embedded in the binary. To add a theme, add its file to this
/// folder, its name here, and its resource to the package description.
public enum ThemeFile: String, CaseIterable, Sendable {
    case skein, paper, contrast, colorblind, mono

    /// The file as it was written. `Docs/themes.md` says what may stand in it.
    public var text: String {
        let bytes =
            switch self {
            case .skein: PackageResources.skein_toml
            case .paper: PackageResources.paper_toml
            case .contrast: PackageResources.contrast_toml
            case .colorblind: PackageResources.colorblind_toml
            case .mono: PackageResources.mono_toml
            }
        return String(decoding: bytes, as: UTF8.self)
    }
}
