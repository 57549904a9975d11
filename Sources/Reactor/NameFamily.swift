/// A family of addresses, as the name servers know it.
package enum NameFamily: Sendable, CaseIterable {
    /// IPv4: A records (RFC 1035 §3.4.1).
    case four
    /// IPv6: AAAA records (RFC 3596 §2.1).
    case six

    /// The number of its records' type.
    var type: Int { self == .four ? 1 : 28 }
    /// Bytes of an address.
    var size: Int { self == .four ? 4 : 16 }
}
