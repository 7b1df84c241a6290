/// Which part of a long list is shown.
public enum ScrollWindow {
    /// The first row to show so that the selected one is visible: `current` where that holds
    /// already, else the nearest that makes it hold. The list is never scrolled past its end.
    public static func offset(
        selected: Int?, count: Int, visible: Int, current: Int = 0
    ) -> Int {
        guard visible > 0, count > visible else { return 0 }
        var offset = min(max(0, current), count - visible)
        if let selected {
            let wanted = min(max(0, selected), count - 1)
            offset = min(offset, wanted)
            offset = max(offset, wanted - visible + 1)
        }
        return offset
    }

    /// Where the selection stands: "3 of 40", counted from one.
    public static func position(selected: Int?, count: Int) -> String {
        guard let selected, count > 0 else { return "\(count)" }
        return "\(min(max(0, selected), count - 1) + 1) of \(count)"
    }
}
