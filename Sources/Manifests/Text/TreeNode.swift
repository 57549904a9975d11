/// One value or one key of a parsed text: its place in memory, not the value itself.
///
/// What a list or a map holds follows it; a map holds keys, each with its value behind it.
struct TreeNode: BitwiseCopyable, Sendable {
    enum Kind: UInt8, BitwiseCopyable, Sendable {
        case null
        case bool
        case integer
        /// A number that is no `Int64`: a fraction, or too large. The text as written.
        case number
        case text
        /// A literal block (`|`): the lines of its text are lines of the file.
        case literal
        case list
        case map
        case key
        /// A key `<<`, whose maps' entries stand at the end of its own map: nobody looks at it.
        case mergeKey

        /// In a person's words.
        var name: String {
            switch self {
            case .null: "null"
            case .bool: "a boolean"
            case .integer, .number: "a number"
            case .text, .literal, .key, .mergeKey: "a string"
            case .list: "a list"
            case .map: "a map"
            }
        }
    }

    let kind: Kind
    /// Of a key: tells it from most others, as the lower half of a `TextMark`.
    let mark: UInt16
    /// Counts from 1.
    var line: UInt32
    /// Where the bytes of text begin, or how many nodes a list or map is, itself counted, or the
    /// lower half of an integer or boolean.
    var first: UInt32
    /// How many bytes text is, how many items or entries a list or map has, or the upper half of an
    /// integer.
    var count: UInt32

    init(_ kind: Kind, line: UInt32, first: UInt32 = 0, count: UInt32 = 0, mark: UInt16 = 0) {
        self.kind = kind
        self.mark = mark
        self.line = line
        self.first = first
        self.count = count
    }

    /// Of text.
    init(_ kind: Kind, _ range: Range<Int>, line: UInt32, mark: UInt16 = 0) {
        self.init(
            kind, line: line, first: UInt32(range.lowerBound), count: UInt32(range.count),
            mark: mark)
    }

    init(_ integer: Int64, line: UInt32) {
        let bits = UInt64(bitPattern: integer)
        self.init(
            .integer, line: line, first: UInt32(truncatingIfNeeded: bits),
            count: UInt32(truncatingIfNeeded: bits >> 32))
    }

    var isKey: Bool { kind == .key || kind == .mergeKey }

    var isText: Bool { kind == .number || kind == .text || kind == .literal || isKey }

    var hasNodes: Bool { kind == .list || kind == .map }

    /// How many nodes it is, with those within it.
    var size: Int { hasNodes ? Int(first) : 1 }

    /// Of text.
    var range: Range<Int> { Int(first)..<Int(first) + Int(count) }

    var integer: Int64 { Int64(bitPattern: UInt64(count) << 32 | UInt64(first)) }
}
