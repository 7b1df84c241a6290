import Surface
import Testing

@testable import Themes

/// Linear RGB as someone without one kind of receptor sees it (Machado, Oliveira and Fernandes,
/// 2009, severity 1.0).
enum ColorVision: String, CaseIterable {
    case protanopia, deuteranopia, tritanopia

    private var matrix: [[Double]] {
        switch self {
        case .protanopia:
            [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        case .deuteranopia:
            [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        case .tritanopia:
            [
                [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        }
    }

    func seen(_ color: RGB) -> OKLab {
        let light = color.linear
        let mixed = matrix.map { row in
            min(1, max(0, row[0] * light.red + row[1] * light.green + row[2] * light.blue))
        }
        return OKLab(light: (mixed[0], mixed[1], mixed[2]))
    }
}

@Suite("The theme for colour-blind readers")
struct ColorVisionTests {
    static let groups: [[Role]] = [
        [.statusIdle, .statusWorking, .statusDnd, .statusLeft],
        [.success, .warning, .danger],
    ]

    /// The smallest distance between two roles of a group, as such a reader sees them.
    static func closest(_ name: String, _ vision: ColorVision, _ group: [Role]) throws -> Double {
        let theme = try ThemeCatalog.find(name)
        let colors = group.compactMap { theme.paints[$0]?.foreground }
        try #require(colors.count == group.count)
        var closest = Double.infinity
        for (index, one) in colors.enumerated() {
            for other in colors[(index + 1)...] {
                let distance = vision.seen(one).squaredDistance(to: vision.seen(other))
                closest = min(closest, distance.squareRoot())
            }
        }
        return closest
    }

    @Test("what must be told apart stays apart", arguments: ColorVision.allCases)
    func apart(vision: ColorVision) throws {
        for group in Self.groups {
            let closest = try Self.closest("colorblind", vision, group)
            #expect(closest >= 0.12, "\(vision) \(group): \(closest)")
        }
    }

    @Test("it tells them further apart than the default theme does")
    func betterThanDefault() throws {
        func worst(_ name: String) throws -> Double {
            var worst = Double.infinity
            for vision in ColorVision.allCases {
                for group in Self.groups {
                    worst = min(worst, try Self.closest(name, vision, group))
                }
            }
            return worst
        }
        #expect(try worst("colorblind") > worst("skein"))
    }

    @Test("the simulation mixes red and green up for those who lack either")
    func simulation() {
        let red = RGB(200, 60, 0)
        let green = RGB(110, 110, 0)
        let seenByAll = OKLab(red).squaredDistance(to: OKLab(green))
        for vision in [ColorVision.protanopia, .deuteranopia] {
            #expect(vision.seen(red).squaredDistance(to: vision.seen(green)) < seenByAll / 2)
        }
    }
}
