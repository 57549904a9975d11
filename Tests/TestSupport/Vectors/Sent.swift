/// A request as it must reach the upstream, without the fields that the gateway adds to each.
package struct Sent: Sendable {
    package var text: String

    /// This request line, a Host, these field lines and this body.
    package static func request(
        _ line: String, host: String = "a.example", _ fields: String..., body: String = ""
    ) -> Sent {
        Sent(line, host, fields, body)
    }

    /// `POST /` of the usual host.
    package static func post(_ fields: String..., body: String = "") -> Sent {
        Sent("POST / HTTP/1.1", "a.example", fields, body)
    }

    /// `GET /` of the usual host.
    package static func get(_ fields: String..., body: String = "") -> Sent {
        Sent("GET / HTTP/1.1", "a.example", fields, body)
    }

    private init(_ line: String, _ host: String, _ fields: [String], _ body: String) {
        text = ([line, "Host: \(host)"] + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
    }
}
