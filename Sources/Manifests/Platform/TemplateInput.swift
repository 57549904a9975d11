/// What a template is filled with.
struct TemplateInput: Sendable {
    /// Few, so that they are found one by one.
    let fields: [(name: String, value: TextTemplate.Value)]

    subscript(name: String) -> TextTemplate.Value? {
        fields.first { $0.name == name }?.value
    }

    static func domain(
        name: String, namespace: String, domain: String, annotations: [String: String],
        labels: [String: String]
    ) -> TemplateInput {
        TemplateInput(fields: [
            ("Name", .text(name)), ("Namespace", .text(namespace)), ("Domain", .text(domain)),
            ("Annotations", .map(annotations)), ("Labels", .map(labels)),
        ])
    }

    static func tag(_ tag: String, name: String) -> TemplateInput {
        TemplateInput(fields: [("Name", .text(name)), ("Tag", .text(tag))])
    }

    static let sampleDomain = domain(
        name: "foo", namespace: "bar", domain: "baz.com", annotations: [:], labels: [:])
    static let sampleTag = tag("v2", name: "foo")
}
