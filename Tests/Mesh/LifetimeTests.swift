import Mesh
import Testing

@Suite("How long something holds, as it is written")
struct LifetimeTests {
    @Test(
        "minutes, hours and days",
        arguments: [
            ("1m", 60), ("30m", 1800), ("12h", 43_200), ("7d", 604_800), ("365d", 31_536_000),
            ("8760h", 31_536_000), ("007d", 604_800),
        ])
    func read(text: String, seconds: Int64) {
        #expect(Lifetime.seconds(text) == seconds)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "d", "7", "0d", "-1d", "+1d", "1.5h", "7 d", "7D", "7s", "7w", "366d", "8761h",
            "525601m", "9999999m", "99999999999999999999d", "٧d", "7d ", "7dd",
        ])
    func refused(text: String) {
        #expect(Lifetime.seconds(text) == nil)
    }
}
