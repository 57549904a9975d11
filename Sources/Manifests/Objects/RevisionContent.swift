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

    init(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) {
        readiness = Readiness(root["status"]["conditions"], &flaws)
        isH2C = Self.isContainerH2C(root["spec"]["containers"], &flaws)
        if meta.annotations.isEmpty { return }
        let annotations = root["metadata"]["annotations"]
        switch meta.annotations[KnownName.upstreamProtocol] {
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
        if isTLS == true, meta.annotations[KnownName.addresses] == nil {
            flaws.refuse(
                annotations[KnownName.upstreamProtocol],
                "TLS is for the addresses of \(KnownName.addresses), and there are none",
                right: "write them, or set system-internal-tls for all")
        }
        if let list = meta.annotations[KnownName.addresses] {
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
        for part in list.utf8.split(separator: UInt8(ascii: ",")) {
            let text = String(Substring(part.trimmingBlanks))
            if text.isEmpty { continue }
            guard let address = IPAddress.withPort(text) else {
                flaws.refuse(
                    cursor, "\"\(text)\" is no address",
                    right: "write IP addresses with ports: 127.0.0.1:9001,[::1]:9002")
                continue
            }
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }
}

extension Substring.UTF8View {
    /// Without spaces, tabs and ends of lines at both ends.
    fileprivate var trimmingBlanks: Self {
        let isBlank: (UInt8) -> Bool = {
            $0 == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains($0)
        }
        var text = drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
