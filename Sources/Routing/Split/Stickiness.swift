/// What a decision has to do with the `weir-split` cookie.
package struct Stickiness: BitwiseCopyable, Sendable {
    /// The path keeps its clients by cookie.
    package let isByCookie: Bool
    /// The client sent no valid cookie: this key chose, and is to be set in the response.
    package let issued: StickyKey?

    package static var none: Stickiness { Stickiness(isByCookie: false, issued: nil) }

    /// What both hops have to do with it; a key that was issued further out is the same.
    func behind(_ earlier: Stickiness) -> Stickiness {
        Stickiness(
            isByCookie: isByCookie || earlier.isByCookie, issued: issued ?? earlier.issued)
    }
}
