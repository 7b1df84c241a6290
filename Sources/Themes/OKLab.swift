import Foundation

/// A colour where equal distances look about equally far apart (Björn Ottosson, 2020).
struct OKLab: Equatable, Sendable {
    var lightness: Double
    var greenRed: Double
    var blueYellow: Double

    init(_ color: RGB) {
        self.init(light: color.linear)
    }

    init(light: (red: Double, green: Double, blue: Double)) {
        let (red, green, blue) = light
        let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        greenRed = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        blueYellow = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    }

    /// The square of the distance, for comparing; black to white is 1.
    func squaredDistance(to other: OKLab) -> Double {
        let lightness = self.lightness - other.lightness
        let greenRed = self.greenRed - other.greenRed
        let blueYellow = self.blueYellow - other.blueYellow
        return lightness * lightness + greenRed * greenRed + blueYellow * blueYellow
    }
}
