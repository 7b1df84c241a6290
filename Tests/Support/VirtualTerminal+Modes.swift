extension VirtualTerminal {
    /// The switches of a terminal.
    public struct Modes: Sendable, Equatable {
        /// DEC private modes that are not as they are found, by number.
        private var changed: [Int: Bool] = [:]
        /// IRM: characters push others to the right.
        public internal(set) var isInsert = false
        /// DECKPAM: the keypad sends sequences of its own.
        public internal(set) var isKeypadApplication = false
        /// DECSCUSR: 0 is the terminal's own shape.
        public internal(set) var cursorShape = 0
        /// How many keyboard protocols (kitty) are pushed on this screen.
        public internal(set) var keyboardDepth = 0

        /// On in a fresh terminal: autowrap, the cursor.
        private static let onAtFirst: Set<Int> = [7, 25]

        private static let names = [
            1: "application cursor keys", 6: "origin", 7: "autowrap", 12: "blinking cursor",
            25: "cursor", 1000: "mouse", 1002: "mouse drag", 1003: "mouse motion",
            1004: "focus reports", 1005: "mouse UTF-8", 1006: "mouse SGR", 1015: "mouse urxvt",
            1016: "mouse pixels", 1049: "alternate screen", 2004: "bracketed paste",
            2026: "synchronized output", 2027: "grapheme clusters", 2031: "theme reports",
            2048: "in-band resize",
        ]

        public func isOn(_ mode: Int) -> Bool {
            changed[mode] ?? Self.onAtFirst.contains(mode)
        }

        mutating func set(_ mode: Int, _ isOn: Bool) {
            changed[mode] = isOn == Self.onAtFirst.contains(mode) ? nil : isOn
        }

        /// What differs from a fresh terminal, in words.
        var leftovers: [String] {
            var leftovers = changed.keys.sorted().map { mode in
                "\(Self.names[mode] ?? "mode \(mode)") \(isOn(mode) ? "on" : "off")"
            }
            if isInsert { leftovers.append("insert on") }
            if isKeypadApplication { leftovers.append("application keypad on") }
            if cursorShape != 0 { leftovers.append("cursor shape \(cursorShape)") }
            if keyboardDepth != 0 { leftovers.append("keyboard protocol pushed") }
            return leftovers
        }
    }

    mutating func setPrivate(_ numbers: [Int], _ isOn: Bool) {
        for number in numbers {
            switch number {
            case 47, 1047, 1049: setAlternate(isOn, savesCursor: number == 1049)
            case 1048: if isOn { saveCursor() } else { restoreCursor() }
            case 6:
                modes.set(6, isOn)
                place(column: 0, row: 0)
            default: modes.set(number, isOn)
            }
        }
    }

    private mutating func setAlternate(_ isOn: Bool, savesCursor: Bool) {
        if isOn, !isAlternate {
            if savesCursor {
                saveCursor()
                savedOnMain = saved
            }
            modes.set(1049, true)
            alternate = Screen(columns: columns, rows: rows)
        } else if !isOn {
            modes.set(1049, false)
            if savesCursor {
                saved = savedOnMain
                restoreCursor()
            }
        }
    }

    mutating func saveCursor() {
        saved = SavedCursor(
            cursor: cursor, pen: pen, charsets: charsets, isOrigin: modes.isOn(6))
    }

    mutating func restoreCursor() {
        cursor = saved.cursor
        cursor.column = min(cursor.column, columns - 1)
        cursor.row = min(cursor.row, rows - 1)
        pen = saved.pen
        charsets = saved.charsets
        modes.set(6, saved.isOrigin)
        wrapsNext = false
    }
}
