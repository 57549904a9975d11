/// How a scalar is written, as far as that says what it is.
enum YAMLStyle {
    /// May be null, a boolean or a number, or a key `<<` that merges.
    case plain
    case quoted
    /// A block (`|`) whose lines are lines of the file.
    case literal
}
