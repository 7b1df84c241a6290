import CNcurses

/// A terminal's description as terminfo(5) has it: what it can do and which bytes make it do so.
///
/// A value: reading one from the system's database is the only thing here that touches ncurses.
struct TerminfoEntry: Equatable, Sendable {
    var name: String
    var flags: Set<String> = []
    var numbers: [String: Int] = [:]
    var strings: [String: [UInt8]] = [:]
    /// Whether ncurses finds exactly this under `name` by itself.
    var isStored = false

    /// Extended capabilities (user_caps(5)) that ncurses heeds when it draws.
    private static let extendedFlags = ["AX", "RGB", "XT"]
    private static let extendedNumbers = ["U8"]

    /// The system's entry of this name, or nil. Must not be called while a screen is open, for
    /// terminfo has one current entry per process.
    @MainActor
    static func stored(_ name: String, output: Int32) -> TerminfoEntry? {
        guard terminfo_load(name, output) != 0 else { return nil }
        defer { terminfo_unload() }
        var entry = TerminfoEntry(name: name, isStored: true)
        for flag in standardFlags + extendedFlags where terminfo_flag(flag) != 0 {
            entry.flags.insert(flag)
        }
        for number in standardNumbers + extendedNumbers {
            let value = Int(terminfo_number(number))
            if value >= 0 { entry.numbers[number] = value }
        }
        for string in standardStrings {
            if let value = terminfo_string(string) {
                entry.strings[string] = bytes(value)
            }
        }
        return entry
    }

    static let standardFlags = names(terminfo_flag_name)
    static let standardNumbers = names(terminfo_number_name)
    static let standardStrings = names(terminfo_string_name)

    private static func bytes(_ string: UnsafePointer<CChar>) -> [UInt8] {
        var bytes: [UInt8] = []
        while string[bytes.count] != 0 { bytes.append(UInt8(bitPattern: string[bytes.count])) }
        return bytes
    }

    private static func names(_ name: (Int32) -> UnsafePointer<CChar>?) -> [String] {
        var names: [String] = []
        while let next = name(Int32(names.count)) { names.append(String(cString: next)) }
        return names
    }
}
