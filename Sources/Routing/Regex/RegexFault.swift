/// What is wrong with a pattern, in one line.
struct RegexFault: Error {
    let reason: String
}
