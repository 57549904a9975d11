/// Text that is written by appending, as bytes.
extension [UInt8] {
    /// Adds a text's bytes.
    package mutating func append(text: String) {
        append(bytes: text.utf8.span)
    }

    /// Adds bytes.
    package mutating func append(bytes: Span<UInt8>) {
        // SAFETY: the bytes are copied here and now.
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
