/// Where a client stands on a path's line of positions.
struct StickyPlace: BitwiseCopyable {
    let hash: UInt64
    /// In millionths of the line.
    let position: UInt32
    /// The key that was made for the client, because it sent none.
    let issued: StickyKey?

    init(_ hash: StickyHash, issued: StickyKey?) {
        self.hash = hash.value
        position = hash.position
        self.issued = issued
    }
}
