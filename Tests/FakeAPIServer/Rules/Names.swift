/// The rules for names, labels and ports, with the messages of the API server.
enum Names {
    /// What is wrong with a DNS label of RFC 1123; nil when nothing is.
    static func label(_ text: String) -> String? {
        if text.utf8.count > 63 { return "must be no more than 63 bytes" }
        if isLabel(text.utf8) { return nil }
        return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
            + "'-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
            + "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    }

    /// What is wrong with a DNS label of RFC 1035.
    static func strictLabel(_ text: String) -> String? {
        if text.utf8.count > 63 { return "must be no more than 63 bytes" }
        if isLabel(text.utf8), text.utf8.first.map(isSmall) ?? false { return nil }
        return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
            + "with an alphabetic character, and end with an alphanumeric character (e.g. "
            + "'my-name',  or 'abc-123', regex used for validation is "
            + "'[a-z]([-a-z0-9]*[a-z0-9])?')"
    }

    /// What is wrong with a DNS name of RFC 1123.
    static func subdomain(_ text: String) -> String? {
        if text.utf8.count > 253 { return "must be no more than 253 bytes" }
        let labels = text.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.allSatisfy({ isLabel($0) }) { return nil }
        return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            + "'-' or '.', and must start and end with an alphanumeric character (e.g. "
            + "'example.com', regex used for validation is "
            + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    }

    /// What is wrong with the key of a label or an annotation.
    static func qualified(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let name = parts.last else {
            return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and "
                + "must start and end with an alphanumeric character (e.g. 'MyName',  or "
                + "'my.name',  or '123-abc') with an optional DNS subdomain prefix and '/'"
        }
        if parts.count == 2 {
            if parts[0].isEmpty { return "prefix part must be non-empty" }
            if let why = subdomain(parts[0]) { return "prefix part \(why)" }
        }
        if name.isEmpty { return "name part must be non-empty" }
        if name.utf8.count > 63 { return "name part must be no more than 63 bytes" }
        if isWord(name.utf8) { return nil }
        return "name part must consist of alphanumeric characters, '-', '_' or '.', and must start "
            + "and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
            + "'123-abc', regex used for validation is "
            + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    }

    /// What is wrong with the value of a label.
    static func labelValue(_ text: String) -> String? {
        if text.utf8.count > 63 { return "must be no more than 63 bytes" }
        if text.isEmpty || isWord(text.utf8) { return nil }
        return "a valid label must be an empty string or consist of alphanumeric characters, '-', "
            + "'_' or '.', and must start and end with an alphanumeric character (e.g. "
            + "'MyValue',  or 'my_value',  or '12345', regex used for validation is "
            + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    }

    /// What is wrong with a key of a Secret or ConfigMap.
    static func dataKey(_ text: String) -> String? {
        if text.utf8.count > 253 { return "must be no more than 253 bytes" }
        if !text.isEmpty, text.utf8.allSatisfy(isOfWord), text != ".", !text.hasPrefix("..") {
            return nil
        }
        return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
            + "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
            + "'[-._a-zA-Z0-9]+')"
    }

    /// What is wrong with the name of a target port: an IANA service name.
    static func portName(_ text: String) -> String? {
        if text.utf8.count > 15 { return "must be no more than 15 characters" }
        if text.isEmpty || !text.utf8.allSatisfy({ isSmall($0) || isDigit($0) || $0 == dash }) {
            return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
        }
        if !text.contains(where: \.isLetter) { return "must contain at least one letter (a-z)" }
        if text.contains("--") { return "must not contain consecutive hyphens" }
        if text.hasPrefix("-") || text.hasSuffix("-") {
            return "must not begin or end with a hyphen"
        }
        return nil
    }

    /// What is wrong with a port's number.
    static func port(_ number: Int) -> String? {
        1...65535 ~= number ? nil : "must be between 1 and 65535, inclusive"
    }

    private static var dash: UInt8 { 45 }

    private static func isSmall(_ byte: UInt8) -> Bool {
        byte >= 97 && byte <= 122
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= 48 && byte <= 57
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isSmall(byte) || isDigit(byte) || byte >= 65 && byte <= 90
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == dash || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    /// Small letters, digits and inner dashes.
    private static func isLabel(_ text: some BidirectionalCollection<UInt8>) -> Bool {
        text.first.map { $0 != dash } ?? false && text.last != dash
            && text.allSatisfy { isSmall($0) || isDigit($0) || $0 == dash }
    }

    /// Letters and digits, with dashes, underscores and dots inside.
    private static func isWord(_ text: some BidirectionalCollection<UInt8>) -> Bool {
        text.first.map(isAlphanumeric) ?? false && text.last.map(isAlphanumeric) ?? false
            && text.allSatisfy(isOfWord)
    }
}
