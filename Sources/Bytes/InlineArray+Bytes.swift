/// Texts that lie where they are kept.
extension InlineArray where Element == UInt8 {
    /// Copies bytes to the first places; there must not be more of them than places.
    @inlinable
    public mutating func setFirst(_ bytes: Span<UInt8>) {
        precondition(bytes.count <= count)
        // SAFETY: the room was checked; a span of others' bytes cannot overlap with our own.
        unsafe bytes.withUnsafeBytes { source in
            unsafe Swift.withUnsafeMutableBytes(of: &self) { unsafe $0.copyMemory(from: source) }
        }
    }
}
