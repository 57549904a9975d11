/// What a template is filled with.
enum TemplateInput: Sendable {
    case domain(
        name: String, namespace: String, domain: String, annotations: [String: String],
        labels: [String: String])
    case tag(String, name: String)

    /// Nil where there is no such field.
    subscript(field: String) -> TextTemplate.Value? {
        switch self {
        case .domain(let name, let namespace, let domain, let annotations, let labels):
            switch field {
            case "Name": .text(name)
            case "Namespace": .text(namespace)
            case "Domain": .text(domain)
            case "Annotations": .map(annotations)
            case "Labels": .map(labels)
            default: nil
            }
        case .tag(let tag, let name):
            switch field {
            case "Name": .text(name)
            case "Tag": .text(tag)
            default: nil
            }
        }
    }

    /// In their order.
    var fields: [String] {
        switch self {
        case .domain: ["Annotations", "Domain", "Labels", "Name", "Namespace"]
        case .tag: ["Name", "Tag"]
        }
    }

    static let sampleDomain = domain(
        name: "foo", namespace: "bar", domain: "baz.com", annotations: [:], labels: [:])
    static let sampleTag = tag("v2", name: "foo")
}
