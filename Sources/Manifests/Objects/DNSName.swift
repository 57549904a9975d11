/// Kubernetes' rules for names, with its messages.
enum DNSName {
    private static let tooLong = "must be no more than 63 characters"

    /// Empty when the name is a DNS-1035 label, else what Kubernetes says of it.
    static func label1035Faults(_ name: String) -> [String] {
        var faults = name.utf8.count > 63 ? [tooLong] : []
        let bytes = name.utf8.span
        var isWell =
            !bytes.isEmpty && isLower(bytes[0]) && isLowerOrDigit(bytes[bytes.count - 1])
        for index in bytes.indices
        where !isLowerOrDigit(bytes[index]) && bytes[index] != UInt8(ascii: "-") {
            isWell = false
        }
        if !isWell {
            faults.append(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
                    + "start with an alphabetic character, and end with an alphanumeric character "
                    + "(e.g. 'my-name',  or 'abc-123', regex used for validation is "
                    + "'[a-z]([-a-z0-9]*[a-z0-9])?')")
        }
        return faults
    }

    /// A DNS-1123 label: lower case letters, digits and inner hyphens, at most 63.
    static func isLabel1123(_ name: some StringProtocol) -> Bool {
        let bytes = Array(name.utf8)
        return isLabel(bytes.span, bytes.indices)
    }

    private static func isLabel(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 63, isLowerOrDigit(bytes[range.lowerBound]),
            isLowerOrDigit(bytes[range.upperBound - 1])
        else { return false }
        for index in range
        where !isLowerOrDigit(bytes[index]) && bytes[index] != UInt8(ascii: "-") {
            return false
        }
        return true
    }

    /// How many labels there are with points between them; nil when there is anything else, or more
    /// than 253 bytes.
    private static func labelCount(_ bytes: Span<UInt8>) -> Int? {
        guard bytes.count <= 253 else { return nil }
        var labels = 0
        var start = 0
        for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: ".") {
            guard isLabel(bytes, start..<end) else { return nil }
            labels += 1
            start = end + 1
        }
        return labels
    }

    /// At least two labels, at most 253 bytes.
    static func isFullyQualified(_ name: String) -> Bool {
        labelCount(name.utf8.span).map { $0 >= 2 } ?? false
    }

    /// A certificate's name, `*.` standing for one label, against a host; without regard to case.
    static func covers(_ name: String, _ host: String) -> Bool {
        let name = name.lowercased()
        let host = host.lowercased()
        return name == host || name == wildcard(for: host)
    }

    /// `*.b.c` for `a.b.c`; nil where there is no parent.
    static func wildcard(for host: String) -> String? {
        guard let point = host.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let parent = host[point...]
        return parent.utf8.count > 1 ? "*\(parent)" : nil
    }

    /// Kubernetes' qualified name: an optional DNS prefix and `/`, then at most 63 of
    /// `[-._A-Za-z0-9]`, ends alphanumeric.
    static func isQualified(_ name: String) -> Bool {
        let bytes = name.utf8.span
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
            guard start == 0, labelCount(bytes.extracting(0..<index)) != nil else { return false }
            start = index + 1
        }
        guard start < bytes.count, bytes.count - start <= 63, isAlphanumeric(bytes[start]),
            isAlphanumeric(bytes[bytes.count - 1])
        else { return false }
        for index in start..<bytes.count where !isQualifiedByte(bytes[index]) { return false }
        return true
    }

    private static func isQualifiedByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        isLower(byte) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    }
}
