/// The version of this program, as `skein --version` prints it.
public enum SkeinVersion {
    public static let current = "0.1.0"
}
