/// A core Service: its ports, and whether it is only a name.
struct CoreServiceContent: Hashable, Sendable {
    var ports: [NamedPort]
    /// Nil unless the Service is of type ExternalName.
    var externalName: String?

    init(_ root: Cursor, _ flaws: inout Flaws) {
        let spec = root["spec"]
        ports = spec["ports"].items(&flaws).compactMap { NamedPort($0, "port", &flaws) }
        if spec["type"].text(&flaws) == "ExternalName" {
            externalName = spec["externalName"].text(&flaws)
        }
    }
}
