import Testing

@testable import Themes

@Suite("Colours")
struct RGBTests {
    @Test(
        "only #rrggbb is a colour",
        arguments: [
            ("#ff9a3c", 0xFF9A3C), ("#FF9A3C", 0xFF9A3C), ("#000000", 0), ("ff9a3c", nil),
            ("#fff", nil), ("#ff9a3c0", nil), ("#ff9a3g", nil), ("#+f9a3c", nil), ("", nil),
            ("#", nil), ("red", nil), ("#ff 9a3", nil), ("#１23456", nil),
        ] as [(String, UInt32?)])
    func hex(text: String, number: UInt32?) {
        #expect(RGB(hex: text)?.number == number)
        if let number { #expect(RGB(hex: text) == RGB(hex: RGB(number: number).hex)) }
    }

    @Test(
        "contrast is what WCAG says",
        arguments: [
            (0x000000, 0xFFFFFF, 21.0), (0xFFFFFF, 0xFFFFFF, 1.0), (0x767676, 0xFFFFFF, 4.54),
            (0xFFFFFF, 0x767676, 4.54), (0xFF0000, 0xFFFFFF, 4.0),
        ] as [(UInt32, UInt32, Double)])
    func contrast(one: UInt32, other: UInt32, ratio: Double) {
        let measured = RGB(number: one).contrast(with: RGB(number: other))
        #expect(abs(measured - ratio) < 0.01)
    }

    @Test("black to white is one in the perceptual space")
    func perceptual() {
        let distance = OKLab(RGB(0, 0, 0)).squaredDistance(to: OKLab(RGB(255, 255, 255)))
        #expect(abs(distance - 1) < 0.001)
    }
}
