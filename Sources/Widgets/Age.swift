/// How long ago something was, in few letters: `now`, `1m`, `59m`, `1h`, `23h`, `1d`.
public enum Age {
    /// The text for an age in seconds; what lies ahead is now.
    public static func text(seconds: Int) -> String {
        switch seconds {
        case ..<60: "now"
        case ..<3_600: "\(seconds / 60)m"
        case ..<86_400: "\(seconds / 3_600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// Seconds until the text for this age is another one; at least 1.
    public static func secondsToChange(seconds: Int) -> Int {
        switch seconds {
        case ..<60: 60 - seconds
        case ..<3_600: 60 - seconds % 60
        case ..<86_400: 3_600 - seconds % 3_600
        default: 86_400 - seconds % 86_400
        }
    }
}
