internal import Bytes

extension ClientAddress {
    /// The address as people write it.
    var text: String { IPText.text(of: (0..<byteCount).map { self[$0] }) }
}
