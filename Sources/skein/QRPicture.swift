import Widgets

extension Output {
    /// An address as a picture on standard output, only where a camera can see it: in a window it
    /// fits into.
    static func picture(of address: String) {
        guard let columns = Process.windowColumns, let code = QRCode(address),
            code.size + 2 * QRCode.quiet <= columns
        else { return }
        line(code.lines.joined(separator: "\n"))
    }
}
