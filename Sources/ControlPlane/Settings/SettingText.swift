internal import Bytes
internal import TLS
internal import Telemetry

/// Turns a setting's text into its value, or says what is wrong with it.
enum SettingText {
    static func addresses(_ texts: [String]) throws(SettingRefusal) -> [ListenAddress] {
        if texts == ["off"] { return [] }
        var addresses: [ListenAddress] = []
        for text in texts {
            guard let address = ListenAddress(text) else {
                throw SettingRefusal(
                    wrong: "\"\(text)\" is no address to listen at",
                    right: "IP:PORT, [IPv6]:PORT, :PORT or off would be right")
            }
            addresses.append(address)
        }
        return addresses
    }

    static func loopbackAddresses(_ texts: [String]) throws(SettingRefusal) -> [ListenAddress] {
        let addresses = try addresses(texts)
        for address in addresses where !address.isLoopback {
            throw SettingRefusal(
                wrong: "\(address) can be reached from elsewhere",
                right: "a loopback address like 127.0.0.1:\(address.port) would be right")
        }
        return addresses
    }

    static func number(
        _ text: String, in range: ClosedRange<Int>
    ) throws(SettingRefusal) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is out of range",
                right: "a whole number from \(range.lowerBound) to \(range.upperBound) "
                    + "would be right")
        }
        return number
    }

    /// A whole or decimal number with its unit: `500ms`, `5s`, `1.5m`, `1h`; up to a day.
    static func duration(_ text: String) throws(SettingRefusal) -> Duration {
        let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)]
        let compact = text.filter { $0 != " " }
        if compact == "0" { return .zero }
        for (unit, factor) in units where compact.hasSuffix(unit) {
            guard let number = Double(compact.dropLast(unit.count)), number.isFinite else {
                continue
            }
            let seconds = number * factor
            guard seconds >= 0, seconds <= 86400 else { break }
            return .milliseconds(Int64((seconds * 1000).rounded()))
        }
        let hint = Int(compact) == nil ? "a time like 5s or 500ms" : "\(compact)s"
        throw SettingRefusal(
            wrong: Int(compact) == nil ? "\"\(text)\" is no time" : "\"\(text)\" has no unit",
            right: hint + " would be right")
    }

    /// A time after which somebody looks: at least a tenth of a second.
    static func watchTime(_ text: String) throws(SettingRefusal) -> Duration {
        let time = try duration(text)
        guard time >= .milliseconds(100) else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is too short", right: "100ms or more would be right")
        }
        return time
    }

    /// LIMIT: bytes of memory; with less than the fewest nothing would be served.
    private static let memorySizes = Double(32 << 20)...Double(1 << 50)

    /// A number with its unit, a share of the cgroup's limit, or `off`.
    static func memoryLimit(_ text: String) throws(SettingRefusal) -> MemoryLimit {
        if text == "off" { return .off }
        let right = "512MiB, 80% or off would be right"
        if text.hasSuffix("%") {
            guard let percent = Int(text.dropLast()), (1...100).contains(percent) else {
                throw SettingRefusal(wrong: "\"\(text)\" is no share", right: right)
            }
            return .share(percent: percent)
        }
        for (unit, shift) in [("KiB", 10), ("MiB", 20), ("GiB", 30)] where text.hasSuffix(unit) {
            guard let number = Double(text.dropLast(unit.count)), number.isFinite else { break }
            let bytes = number * Double(1 << shift)
            guard memorySizes.contains(bytes) else {
                throw SettingRefusal(
                    wrong: "\"\(text)\" is out of range", right: "32MiB or more would be right")
            }
            return .bytes(Int(bytes))
        }
        throw SettingRefusal(wrong: "\"\(text)\" is no size of memory", right: right)
    }

    /// `automatic`, `system`, or an algorithm of the kernel: at most 15 letters, digits, `-`, `_`.
    static func congestionChoice(_ text: String) throws(SettingRefusal) -> CongestionChoice {
        if text == "automatic" { return .automatic }
        if text == "system" { return .system }
        let isName = text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
        }
        guard isName, (1...15).contains(text.utf8.count) else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is no name of an algorithm",
                right: "automatic, system or a name like cubic would be right")
        }
        return .algorithm(text)
    }

    static func word(_ text: String, of words: [String]) throws(SettingRefusal) -> String {
        if words.contains(text) { return text }
        throw SettingRefusal(
            wrong: "\"\(text)\" is not known",
            right: words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
                + " would be right")
    }

    static func flag(_ text: String) throws(SettingRefusal) -> Bool {
        try word(text, of: ["true", "false"]) == "true"
    }

    /// A label (RFC 1123), such as a namespace.
    static func label(_ text: String, of what: String) throws(SettingRefusal) -> String {
        guard isLabel(Substring(text)) else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is no \(what)",
                right: "lower-case letters, digits and inner dashes would be right")
        }
        return text
    }

    /// A pod's name, short enough for a Lease that is named after it.
    static func podName(_ text: String) throws(SettingRefusal) -> String {
        guard isName(Substring(text)), text.utf8.count <= 240 else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is no pod's name",
                right: "a DNS name of up to 240 characters would be right")
        }
        return text
    }

    /// An address, or nil for `off`.
    static func ip(_ text: String) throws(SettingRefusal) -> String? {
        if text == "off" { return nil }
        guard IPText.bytes(of: text) != nil else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is no IP address", right: "IPv4, IPv6 or off would be right")
        }
        return text
    }

    /// A DNS name: labels of letters, digits and inner dashes; made lower case.
    static func domain(_ text: String) throws(SettingRefusal) -> String {
        let name = text.lowercased()
        guard isName(Substring(name)) else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is no DNS name",
                right: "a name like example.com would be right")
        }
        return name
    }

    /// A namespace, which is a label, and a name, which may have several (RFC 1123).
    static func objectName(
        _ text: String, of kind: String
    ) throws(SettingRefusal) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, isLabel(parts[0]), isName(parts[1]) else {
            throw SettingRefusal(
                wrong: "\"\(text)\" names no \(kind)",
                right: "NAMESPACE/NAME would be right")
        }
        return text
    }

    static func networks(_ texts: [String]) throws(SettingRefusal) -> [AddressRange] {
        var networks: [AddressRange] = []
        for text in texts {
            guard let network = AddressRange(text) else {
                throw SettingRefusal(
                    wrong: "\"\(text)\" is no network",
                    right: "one like 10.0.0.0/8 or fd00::/8 would be right")
            }
            networks.append(network)
        }
        return networks
    }

    static func ciphers(_ text: String) throws(SettingRefusal) -> String {
        guard TLSPolicy.check(ciphers: text) else {
            throw SettingRefusal(
                wrong: "\"\(text)\" names a suite that is not known or not allowed",
                right: "suites with ECDHE and AEAD like ECDHE-ECDSA-AES128-GCM-SHA256 "
                    + "would be right")
        }
        return text
    }

    /// An IPv4 address, with a port or without.
    static func nameServer(_ text: String) throws(SettingRefusal) -> ListenAddress? {
        if text == "off" { return nil }
        let address =
            IPText.bytes(of: text).map { ListenAddress(ip: $0, port: 53) } ?? ListenAddress(text)
        guard let address, address.ip?.count == 4, address.port != 0 else {
            throw SettingRefusal(
                wrong: "\"\(text)\" is no server to ask",
                right: "an IPv4 address, with a port or without, would be right")
        }
        return address
    }

    /// LIMIT: bytes of a token; the fewest keep it from being guessed.
    static let tokenSizes = 16...256

    static func token(_ text: String) throws(SettingRefusal) -> SecretText {
        let isGood =
            tokenSizes.contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21..<0x7f).contains($0) }
        guard isGood else {
            throw SettingRefusal(
                wrong: "the token is too short, too long or not visible ASCII",
                right: "\(tokenSizes.lowerBound) to \(tokenSizes.upperBound) characters "
                    + "would be right")
        }
        return SecretText(text)
    }

    static func buckets(_ texts: [String]) throws(SettingRefusal) -> [Double] {
        var bounds: [Double] = []
        for text in texts {
            guard let bound = Double(text), bound.isFinite, bound > (bounds.last ?? 0) else {
                throw SettingRefusal(
                    wrong: "\"\(text)\" is no bound above \(bounds.last ?? 0)",
                    right: "ascending seconds like 0.005, 0.01, 0.1, 1 would be right")
            }
            bounds.append(bound)
        }
        // Telemetry has the last word, so that no bound is accepted here and left out there.
        guard DurationBuckets(seconds: bounds) != nil else {
            throw SettingRefusal(
                wrong: "these \(bounds.count) bounds make no histogram",
                right: "1 to \(TallyLimits.bucketsMax) bounds, a nanosecond apart and up to "
                    + "86400 s, would be right")
        }
        return bounds
    }

    private static func isName(_ name: Substring) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253 && labels.allSatisfy(isLabel)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let bytes = label.utf8
        guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
            bytes.last != UInt8(ascii: "-")
        else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"):
                return true
            default: return false
            }
        }
    }
}
