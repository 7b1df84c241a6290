import Surface
import TestSupport
import Testing
import Wording

@testable import Dashboard

@Suite("The dashboard in Spanish")
struct SpanishGoldenTests {
    @Test("each scene, and nothing of it runs over", arguments: DashboardGoldenTests.Scene.allCases)
    func scenes(scene: DashboardGoldenTests.Scene) {
        for size in [Size(columns: 40, rows: 12), Size(columns: 80, rows: 24)] {
            let text = Language.$here.withValue(.spanish) {
                DashboardGoldenTests.state(scene, size).text()
            }
            Golden.expect(text, "spanish \(scene) \(size.columns)x\(size.rows)")
        }
    }
}
