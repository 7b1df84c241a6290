#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The character set that the environment asks for.
enum Charset {
    /// Makes libc, and with it ncurses, use the environment's character set, and says whether it
    /// is UTF-8. Where UTF-8 is asked for in a language this system does not have, any UTF-8 does.
    @MainActor
    static func adopt(environment: [String: String]) -> Bool {
        if setlocale(LC_CTYPE, "") != nil, isUTF8 { return true }
        guard namesUTF8(environment) else { return false }
        for name in ["C.UTF-8", "en_US.UTF-8", "UTF-8"] where setlocale(LC_CTYPE, name) != nil {
            if isUTF8 { return true }
        }
        return false
    }

    /// Whether the variable that decides (locale(7)) names UTF-8.
    static func namesUTF8(_ environment: [String: String]) -> Bool {
        let deciding = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { environment[$0] }
            .first { !$0.isEmpty }
        guard let name = deciding?.lowercased() else { return false }
        return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
    }

    private static var isUTF8: Bool {
        guard let name = nl_langinfo(nl_item(CODESET)) else { return false }
        return String(cString: name) == "UTF-8"
    }
}
