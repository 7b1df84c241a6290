/// A text for people in the language of this process. `{1}`, `{2}` in it stand for the parts, in
/// whatever order the language wants them. A text that a catalogue lacks stays English; a test finds it.
public func translated(_ english: String, _ parts: Any...) -> String {
    let sentence = Language.current.phrase(english) ?? english
    guard !parts.isEmpty else { return sentence }
    var text = ""
    for (index, piece) in sentence.split(
        separator: "{", omittingEmptySubsequences: false
    ).enumerated() {
        guard index > 0, let close = piece.firstIndex(of: "}"),
            let number = Int(piece[..<close]), parts.indices.contains(number - 1)
        else {
            text += (index > 0 ? "{" : "") + piece
            continue
        }
        text += "\(parts[number - 1])" + piece[piece.index(after: close)...]
    }
    return text
}
