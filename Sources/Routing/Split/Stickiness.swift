/// What a decision has to do with the `weir-split` cookie.
package struct Stickiness: BitwiseCopyable, Sendable {
    /// The path keeps its clients by cookie.
    package let isByCookie: Bool
    /// The client sent no valid cookie: this key chose, and is to be set in the response.
    package let issued: StickyKey?

    package static var none: Stickiness { Stickiness(isByCookie: false, issued: nil) }
}
