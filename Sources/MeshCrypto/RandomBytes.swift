import CSodium

/// Bytes from the system's cryptographic source. Where there is none libsodium ends the process:
/// nothing Skein does is safe without it.
public enum RandomBytes {
    public static func make(_ count: Int) -> [UInt8] {
        _ = Sodium.isReady
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        randombytes_buf(&bytes, bytes.count)
        return bytes
    }
}
