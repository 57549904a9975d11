internal import Bytes
internal import Foundation
package import Routing

/// A request that somebody wants explained, as they said it.
package struct ExplainRequest: Hashable, Sendable {
    /// Why it cannot be explained, in one line.
    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package var description: String
        /// The request was understood, and every listener would refuse it.
        package var isByListeners: Bool

        package init(_ description: String, isByListeners: Bool = false) {
            self.description = description
            self.isByListeners = isByListeners
        }
    }

    /// LIMIT: bytes of a request that is described in JSON.
    package static let sizeMax = 128 * 1024

    package var method: String
    /// With scheme and host, or without the scheme.
    package var url: String
    /// `Name: value` each; a Host here wins over the one in the URL.
    package var headers: [String]
    package var listener: ListenerKind
    /// 4 or 16 bytes: the client, after trusted proxies were looked through.
    package var client: [UInt8]

    package init(
        method: String, url: String, headers: [String] = [], listener: ListenerKind = .external,
        client: [UInt8] = [127, 0, 0, 1]
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.listener = listener
        self.client = client
    }

    /// The same from texts, as flags and queries give them.
    package init(
        method: String?, url: String?, headers: [String], listener: String?, client: String?
    ) throws(Refusal) {
        guard let url, !url.isEmpty else {
            throw Refusal("no url is given, http://HOST/PATH would be right")
        }
        self.init(method: method ?? "GET", url: url, headers: headers)
        switch listener ?? "external" {
        case "external": self.listener = .external
        case "internal": self.listener = .internal
        case let other:
            throw Refusal(
                "listener: \"\(other)\" is not known, external or internal would be right")
        }
        guard let client else { return }
        guard let ip = IPText.bytes(of: client) else {
            throw Refusal(
                "client: \"\(client)\" is no IP address, one like 192.0.2.1 would be right")
        }
        self.client = ip
    }

    /// Reads `{"method": …, "url": …, "headers": […], "listener": …, "client": …}`; only the
    /// URL must be there.
    package init(json text: String) throws(Refusal) {
        struct Form: Decodable {
            var method: String?
            var url: String?
            var headers: [String]?
            var listener: String?
            var client: String?
        }
        let form: Form
        do {
            form = try JSONDecoder().decode(Form.self, from: Data(text.utf8))
        } catch {
            throw Refusal(
                "the body is not readable, {\"url\": \"http://HOST/PATH\"} would be right")
        }
        try self.init(
            method: form.method, url: form.url, headers: form.headers ?? [],
            listener: form.listener, client: form.client)
    }

    /// The form that `init(json:)` reads.
    package var json: String {
        struct Form: Encodable {
            var method: String
            var url: String
            var headers: [String]
            var listener: String
            var client: String
        }
        return JSONText.line(
            Form(
                method: method, url: url, headers: headers,
                listener: listener == .internal ? "internal" : "external",
                client: IPText.text(of: client)))
    }

    // MARK: As the data plane would see it

    var isTLS: Bool { url.lowercased().hasPrefix("https://") }

    var asker: Asker {
        var words: [UInt64] = [0, 0]
        for (place, byte) in client.enumerated() {
            words[place / 8] |= UInt64(byte) << UInt64(56 - 8 * (place % 8))
        }
        return Asker(
            listener: listener, isTLS: isTLS,
            address: ClientAddress(high: words[0], low: words[1], isIPv6: client.count == 16))
    }

    /// The head that a client would send.
    func head() throws(Refusal) -> [UInt8] {
        var rest = Substring(url)
        if let scheme = url.range(of: "://") {
            guard ["http", "https"].contains(url[..<scheme.lowerBound].lowercased()) else {
                throw Refusal("url: \"\(url)\" is neither http nor https")
            }
            rest = url[scheme.upperBound...]
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        var target = rest.dropFirst(authority.count)
        if let fragment = target.firstIndex(of: "#") { target = target[..<fragment] }
        let isHostGiven = headers.contains { $0.lowercased().hasPrefix("host:") }
        let lines =
            ["\(method) \(target.first == "/" ? "" : "/")\(target) HTTP/1.1"]
            + (isHostGiven ? [] : ["Host: \(authority)"]) + headers
        for line in lines where line.utf8.contains(where: { $0 == 0x0d || $0 == 0x0a }) {
            throw Refusal("a line break stands in \(line.debugDescription)")
        }
        // An empty line would end the head, and what follows would be its body.
        guard headers.allSatisfy({ !$0.isEmpty }) else {
            throw Refusal("an empty field is given, one like 'X-Env: qa' would be right")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
