/// A template that cannot be read or filled, or what is filled in makes no host.
struct TemplateFault: Error {
    /// Of the Route, where it is one's fault.
    var field = "metadata.name"
    var wrong: String
    var right = "use fields, index, if, eq, ne, and, or, not, print and printf"
}
