/// What only compiling finds wrong with an object: it is refused, its last good form stays.
struct CompileFault: Error {
    /// Of the object.
    var field = "metadata.name"
    var wrong: String
    var right = "use fields, index, if, eq, ne, and, or, not, print and printf"
}
