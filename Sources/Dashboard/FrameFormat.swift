import Wording

/// How a frame is written into a file.
public enum FrameFormat: String, CaseIterable, Sendable {
    case text, json, svg

    /// What its file's name ends with.
    public var suffix: String {
        switch self {
        case .text: "txt"
        case .json: "json"
        case .svg: "svg"
        }
    }

    var explanation: String {
        switch self {
        case .text: translated("the screen as text")
        case .json: translated("every peer in sight, as data")
        case .svg: translated("the screen as a picture")
        }
    }
}
