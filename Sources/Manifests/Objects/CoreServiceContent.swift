/// A core Service: its ports, and whether it is only a name.
struct CoreServiceContent: Hashable, Sendable {
    var ports: [NamedPort]
    /// In lower case, without a final dot; nil unless the Service is of type ExternalName.
    var externalName: String?

    init(_ root: Cursor, _ flaws: inout Flaws) {
        let spec = root["spec"]
        ports = spec["ports"].items(&flaws).compactMap { NamedPort($0, "port", &flaws) }
        if spec["type"].text(&flaws) == "ExternalName" {
            externalName = Self.name(spec["externalName"], &flaws)
        }
    }

    private static func name(_ cursor: Cursor, _ flaws: inout Flaws) -> String {
        var name = cursor.text(&flaws).lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        if name.utf8.count > 253 || !labels.allSatisfy({ DNSName.isLabel1123($0) }) {
            flaws.refuse(
                cursor, "invalid value: \(name)", right: "write a name like www.example.com")
        }
        return name
    }
}
