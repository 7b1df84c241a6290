import CSodium

/// libsodium, made ready once: choosing its fastest implementations and opening its source of
/// randomness (libsodium documentation, "Usage").
enum Sodium {
    static let isReady: Bool = sodium_init() >= 0
}
