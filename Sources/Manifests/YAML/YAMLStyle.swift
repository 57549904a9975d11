/// How a scalar is written, as far as that says what it is.
enum YAMLStyle {
    /// May be null, a boolean or a number.
    case plain
    /// Plain, but for a tag that says that it is a string.
    case plainText
    case quoted
    /// A block (`|`) whose lines are lines of the file.
    case literal

    var isPlain: Bool { self == .plain || self == .plainText }
}
