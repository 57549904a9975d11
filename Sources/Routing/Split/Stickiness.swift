/// What a decision has to do with the `weir-split` cookie.
package struct Stickiness: BitwiseCopyable, Sendable {
    /// The path keeps its clients by cookie.
    package let isByCookie: Bool
    private let isIssued: Bool
    private let key: StickyKey

    package init(isByCookie: Bool, issued: StickyKey?) {
        self.isByCookie = isByCookie
        isIssued = issued != nil
        key = issued ?? StickyKey(high: 0, low: 0)
    }

    /// The client sent no valid cookie: this key chose, and is to be set in the response.
    package var issued: StickyKey? { isIssued ? key : nil }

    package static var none: Stickiness { Stickiness(isByCookie: false, issued: nil) }

    /// What both hops have to do with it; a key that was issued further out is the same.
    func behind(_ earlier: Stickiness) -> Stickiness {
        Stickiness(
            isByCookie: isByCookie || earlier.isByCookie, issued: issued ?? earlier.issued)
    }
}
