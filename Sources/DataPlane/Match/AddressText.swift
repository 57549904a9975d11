import Bytes

/// An address in words, once somebody has written it: up to 45 bytes, nothing before.
struct AddressText: BitwiseCopyable {
    private var text = InlineArray<45, UInt8>(repeating: 0)
    private(set) var count = 0

    /// Writes it into reserved room.
    func append(to buffer: inout Buffer) { buffer.append(text.span.extracting(first: count)) }

    /// Takes in what was written; longer texts are no addresses.
    mutating func set(_ bytes: Span<UInt8>) {
        text.setFirst(bytes)
        count = bytes.count
    }
}
