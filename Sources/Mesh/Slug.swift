/// A mesh's name as it is typed on a command line: lower-case letters, digits and single dashes.
public enum Slug {
    /// At most 40 characters; nil where a name has no letter or digit of ASCII.
    /// Letters with accents lose them: "Café Übung" is `cafe-ubung`.
    public static func from(_ name: String) -> String? {
        var slug = ""
        for scalar in name.lowercased().decomposed where slug.utf8.count < 40 {
            switch scalar {
            case "a"..."z", "0"..."9": slug.unicodeScalars.append(scalar)
            case _ where scalar.properties.canonicalCombiningClass != .notReordered: continue
            default: if !slug.isEmpty && slug.last != "-" { slug.append("-") }
            }
        }
        while slug.last == "-" { slug.removeLast() }
        return slug.isEmpty ? nil : slug
    }
}

extension String {
    /// The scalars with canonical decompositions applied, by comparing each character with its
    /// unaccented letters: the standard library decomposes only inside comparisons.
    fileprivate var decomposed: [Unicode.Scalar] {
        flatMap { character -> [Unicode.Scalar] in
            let scalars = Array(character.unicodeScalars)
            guard let first = scalars.first, !first.isASCII else { return scalars }
            let plain = Slug.letters.first { letter in
                Slug.accents.contains { Character(String(letter) + String($0)) == character }
            }
            return plain.map { Array($0.unicodeScalars) } ?? scalars
        }
    }
}

extension Slug {
    fileprivate static let letters = Array("abcdefghijklmnopqrstuvwxyz")
    fileprivate static let accents: [Character] = [
        "\u{300}", "\u{301}", "\u{302}", "\u{303}", "\u{308}", "\u{30a}", "\u{30c}", "\u{327}",
    ]
}
