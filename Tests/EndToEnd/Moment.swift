import Foundation
import TestSupport
import Testing

/// The moments of a run at which it may be ended.
enum Moment: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case wizard, overlay, dashboard
    /// Launch has been taken, and the relay does not answer yet.
    case handOff = "hand-off"

    var testDescription: String { rawValue }

    /// What was typed to get here.
    var words: [String] {
        switch self {
        case .wizard: ["--agent", "sh"]
        case .overlay: ["--agent", "no-such-agent"]
        case .dashboard: ["dashboard"]
        case .handOff: ["--agent", "true"]
        }
    }

    /// What a person sees then.
    var sign: String {
        switch self {
        case .wizard: "Continue"
        case .overlay: "Agent not found"
        case .dashboard: "skein  demo"
        case .handOff: "Starting true"
        }
    }

    /// Brings the place to where the moment can come, and does something there.
    func prepare(_ place: Place, _ body: () async throws -> Void) async throws {
        switch self {
        case .wizard, .overlay: try await body()
        case .dashboard:
            try await place.settle()
            try await body()
        case .handOff:
            try await place.settle()
            try await place.withSilentRelay(body)
        }
    }

    /// Waits for the moment in a window where the words have been typed.
    func arrive(in window: TerminalWindow) async throws {
        if self == .handOff {
            for choice in ["▸ Continue", "▸ Launch"] {
                try await window.wait(for: choice) {
                    $0.screen.contains(choice) && $0.screen.modes.isOn(2004)
                }
                window.send("\r")
            }
        }
        try await window.wait(for: sign) { observed in
            // At the hand-off the reports are off: nothing is read any more.
            observed.screen.contains(sign) && observed.screen.isAlternate
                && observed.screen.modes.isOn(1000) == (self != .handOff)
        }
    }
}
