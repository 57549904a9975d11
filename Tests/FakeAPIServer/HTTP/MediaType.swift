/// Which media types a request may send and ask for.
enum MediaType {
    /// Whether the client takes plain JSON.
    static func accepts(_ accept: String) -> Bool {
        if accept.isEmpty { return true }
        return accept.split(separator: ",").contains { choice in
            let parts = choice.split(separator: ";").map { $0.replacing(" ", with: "") }
            guard let type = parts.first,
                ["application/json", "application/*", "*/*"].contains(type)
            else { return false }
            // Tables and metadata alone are other answers, which the fake does not give.
            return !parts.dropFirst().contains { $0.hasPrefix("as=") }
        }
    }

    /// The type of a body without its parameters.
    static func name(_ contentType: String) -> String {
        contentType.split(separator: ";").first.map { $0.replacing(" ", with: "").lowercased() }
            ?? ""
    }

    /// Checks the type of a body that is not a patch; none is taken as JSON.
    static func checkBody(_ contentType: String) throws {
        let name = name(contentType)
        if !["", "application/json"].contains(name) {
            throw StatusFault.unsupportedType(
                "application/json, application/yaml, application/vnd.kubernetes.protobuf")
        }
    }

    /// Checks the type of a patch: the fake takes merge patches only.
    static func checkPatch(_ contentType: String, _ resource: Resource) throws {
        if name(contentType) == "application/merge-patch+json" { return }
        let strategic = resource.isCustom ? "" : ", application/strategic-merge-patch+json"
        throw StatusFault.unsupportedType(
            "application/json-patch+json, application/merge-patch+json\(strategic), "
                + "application/apply-patch+yaml, application/apply-patch+cbor")
    }
}
