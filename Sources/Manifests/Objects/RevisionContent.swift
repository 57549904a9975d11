import Routing

/// A Revision: is it ready, what does it speak, and, on a laptop, where is it.
struct RevisionContent: Hashable, Sendable {
    var readiness: Readiness
    /// The serving container's port is named h2c, or the annotation says so.
    var isH2C: Bool
    /// The annotation says so; nil where it says nothing.
    var isTLS: Bool?
    /// From the annotation weir.dev/addresses; nil where there is none.
    var addresses: [AddressSource]?

    init(_ root: Cursor, _ flaws: inout Flaws) {
        readiness = Readiness(root["status"], &flaws)
        isH2C = Self.isContainerH2C(root["spec"]["containers"], &flaws)
        let annotations = root["metadata"]["annotations"]
        guard annotations.isPresent else { return }
        let list = annotations[KnownName.addresses].given
        switch annotations[KnownName.upstreamProtocol].given {
        case nil: break
        case "http1"?: (isH2C, isTLS) = (false, false)
        case "h2c"?: (isH2C, isTLS) = (true, false)
        case "https"?: (isH2C, isTLS) = (false, true)
        case "h2"?: (isH2C, isTLS) = (true, true)
        case let other?:
            flaws.refuse(
                annotations[KnownName.upstreamProtocol], "unknown protocol \"\(other)\"",
                right: "write http1, h2c, https or h2")
        }
        if isTLS == true, list == nil {
            flaws.refuse(
                annotations[KnownName.upstreamProtocol],
                "TLS is for the addresses of \(KnownName.addresses), and there are none",
                right: "write them, or set system-internal-tls for all")
        }
        if let list {
            addresses = Self.addresses(list, annotations[KnownName.addresses], &flaws)
        }
    }

    /// §1.5: the only container with ports decides.
    private static func isContainerH2C(_ containers: Cursor, _ flaws: inout Flaws) -> Bool {
        for container in containers.items(&flaws) {
            if let port = container["ports"].items(&flaws).first {
                return port["name"].text(&flaws) == "h2c"
            }
        }
        return false
    }

    private static func addresses(
        _ list: String, _ cursor: Cursor, _ flaws: inout Flaws
    ) -> [AddressSource] {
        var addresses: [AddressSource] = []
        var known: Set<AddressSource> = []
        let bytes = list.utf8.span
        var start = 0
        for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: ",") {
            let part = withoutBlanks(start..<end, of: bytes)
            start = end + 1
            if part.isEmpty { continue }
            guard let address = IPAddress.withPort(bytes.extracting(part)) else {
                flaws.refuse(
                    Flaw(
                        line: cursor.line, field: cursor.path,
                        wrong: "\"\(text(part, of: list))\" is no address",
                        right: "write IP addresses with ports: 127.0.0.1:9001,[::1]:9002"))
                continue
            }
            if known.insert(address).inserted { addresses.append(address) }
        }
        return addresses
    }

    private static func text(_ part: Range<Int>, of list: String) -> String {
        String(decoding: list.utf8.dropFirst(part.lowerBound).prefix(part.count), as: UTF8.self)
    }

    /// Without spaces, tabs and ends of lines at both ends.
    private static func withoutBlanks(
        _ range: Range<Int>, of bytes: Span<UInt8>
    ) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while start < end, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte >= UInt8(ascii: "\t") && byte <= UInt8(ascii: "\r")
    }
}
