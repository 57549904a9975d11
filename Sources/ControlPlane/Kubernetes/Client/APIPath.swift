/// Builds the paths and queries of the Kubernetes API.
enum APIPath {
    /// A collection: of one namespace, or of all.
    static func collection(_ resource: APIResource, namespace: String?) throws(APIFault) -> String {
        let base =
            resource.group.isEmpty
            ? "/api/\(resource.version)" : "/apis/\(resource.group)/\(resource.version)"
        let place = try namespace.map { name throws(APIFault) in
            "/namespaces/" + (try segment(name))
        }
        return base + (place ?? "") + "/" + resource.plural
    }

    /// An object, or one of its subresources.
    static func object(
        _ resource: APIResource, namespace: String, name: String, subresource: String? = nil
    ) throws(APIFault) -> String {
        try collection(resource, namespace: namespace) + "/" + segment(name)
            + (subresource.map { "/" + $0 } ?? "")
    }

    /// A query with its question mark; empty without items.
    static func query(_ items: [(name: String, value: String)]) -> String {
        if items.isEmpty { return "" }
        return "?" + items.map { $0.name + "=" + escaped($0.value) }.joined(separator: "&")
    }

    /// A name as one part of a path: it must not lead elsewhere, whoever chose it.
    private static func segment(_ name: String) throws(APIFault) -> String {
        guard !["", ".", ".."].contains(name) else {
            throw .invalid("\"\(name)\" is no name of an object")
        }
        return escaped(name)
    }

    /// RFC 3986 §2.3: all but unreserved characters are escaped.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
