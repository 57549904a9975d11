import Glibc

/// An IP address as bytes, with the ranges that upstreams may not have.
struct Address {
    private let bytes: [UInt8]
    var isV4: Bool { bytes.count == 4 }

    init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            bytes = withUnsafeBytes(of: v6) { Array($0) }
        } else {
            return nil
        }
    }

    private var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    private var isLoopback: Bool {
        isV4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    private var isLinkLocal: Bool {
        isV4
            ? bytes[0] == 169 && bytes[1] == 254
            : bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
    }

    private var isLinkLocalMulticast: Bool {
        isV4 ? bytes.starts(with: [224, 0, 0]) : bytes[0] == 0xff && bytes[1] & 0x0f == 2
    }

    /// What is wrong with an upstream's address; loopback is refused unless it is allowed.
    static func faults(_ text: String, at field: String, allowsLoopback: Bool) -> [FieldFault] {
        guard let address = Address(text) else {
            return [.invalid(field, .string(text), "must be a valid IP address")]
        }
        var why: [String] = []
        if address.isZero { why.append("may not be unspecified (\(text))") }
        if address.isLoopback && !allowsLoopback {
            why.append("may not be in the loopback range (127.0.0.0/8, ::1/128)")
        }
        if address.isLinkLocal {
            why.append("may not be in the link-local range (169.254.0.0/16, fe80::/10)")
        }
        if address.isLinkLocalMulticast {
            why.append("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
        }
        return why.map { .invalid(field, .string(text), $0) }
    }
}
