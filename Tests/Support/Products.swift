import Foundation

/// Programs built along with the tests.
public enum Products {
    /// Where an executable target of this package was built.
    public static func path(of executable: String) -> String {
        directory.appendingPathComponent(executable).path
    }

    private static let directory: URL = {
        for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
            return bundle.bundleURL.deletingLastPathComponent()
        }
        return Bundle.main.bundleURL
    }()
}
