/// Text of manifests as it may be shown: on one line, and nothing that a terminal would obey.
enum ShownText {
    /// LIMIT: bytes of what is shown; our own texts are shorter.
    private static let bytesMax = 2_000

    /// Control characters, and what cannot be seen, become escapes; what is too long is cut.
    static func of(_ text: String) -> String {
        if text.utf8.count <= bytesMax, text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) {
            return text
        }
        var shown = ""
        for scalar in text.unicodeScalars {
            guard shown.utf8.count < bytesMax else { return shown + "…" }
            switch scalar {
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            default:
                if isUnseen(scalar) {
                    shown += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    shown.unicodeScalars.append(scalar)
                }
            }
        }
        return shown
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
