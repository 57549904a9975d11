/// A port with its name, empty for an unnamed one, and what it says of its protocol.
struct NamedPort: Hashable, Sendable {
    var name: String
    var number: UInt16
    var appProtocol: String

    /// Nil for ports that are not TCP, that have no number, and that are refused.
    init?(_ cursor: Cursor, _ field: String, _ flaws: inout Flaws) {
        name = cursor["name"].text(&flaws)
        appProtocol = cursor["appProtocol"].text(&flaws)
        let transport = cursor["protocol"].text(&flaws)
        guard let value = cursor[field].integer(&flaws) else { return nil }
        guard let number = UInt16(exactly: value), number > 0 else {
            flaws.refuse(
                cursor[field], "invalid value: \(value)", right: "write a port from 1 to 65535")
            return nil
        }
        self.number = number
        if !transport.isEmpty, transport != "TCP" { return nil }
    }

    /// §2.5: HTTP/2 with prior knowledge.
    var isH2C: Bool {
        name == "http2" || name == "h2c" || appProtocol == "kubernetes.io/h2c"
    }
}
