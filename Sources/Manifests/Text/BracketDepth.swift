/// Refuses texts that open too many brackets: the parser recurses once for each.
///
/// Counts brackets outside of quotes and comments; block nesting is bounded by the parser.
enum BracketDepth {
    /// LIMIT: open `[` and `{` at one time. Plain scalars may hold some, unbalanced, so this is
    /// far above `TreeParser.depthLimit`, which measures the real tree.
    static let limit = 2_000

    static func holds(_ text: String) -> Bool {
        var depth = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > limit { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth = max(depth - 1, 0)
            default: break
            }
        }
        return true
    }
}
