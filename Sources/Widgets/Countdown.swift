/// How long something still takes: `12 s`, `1 min 05 s`, `2 h 05 min`.
public enum Countdown {
    public static func text(seconds: Int) -> String {
        let seconds = max(0, seconds)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3_600: return "\(seconds / 60) min \(twoDigits(seconds % 60)) s"
        default: return "\(seconds / 3_600) h \(twoDigits(seconds / 60 % 60)) min"
        }
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
