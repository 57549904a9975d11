/// The part of Go's text/template that domain and tag templates use (§1.7).
///
/// Fields, `index`, `if`/`else`/`end`, `eq`, `ne`, `and`, `or`, `not`, `print`, `printf` with %s
/// and %v, pipelines, groups, comments and trimming. Everything else is refused by name.
struct TextTemplate: Hashable, Sendable {
    let source: String
    let nodes: [Node]

    indirect enum Node: Hashable, Sendable {
        case text(String)
        case output(Pipeline)
        case branch(Pipeline, then: [Node], otherwise: [Node])
    }

    /// Commands; each one's value is the next one's last argument.
    struct Pipeline: Hashable, Sendable {
        var commands: [[Operand]]
    }

    indirect enum Operand: Hashable, Sendable {
        /// `.Annotations.name` as its parts.
        case field([String])
        case literal(Value)
        case function(String)
        case group(Pipeline)
    }

    enum Value: Hashable, Sendable {
        case text(String)
        case number(Int64)
        case flag(Bool)
        case map([String: String])
        /// A map's entry that is not there, by field syntax.
        case missing
    }

    init(_ source: String) throws(CompileFault) {
        self.source = source
        nodes = try TemplateParser.nodes(of: source)
    }

    private init(plain nodes: [Node], source: String) {
        self.nodes = nodes
        self.source = source
    }

    private static func field(_ name: String) -> Node {
        .output(Pipeline(commands: [[.field([name])]]))
    }

    static let defaultDomain = TextTemplate(
        plain: [
            field("Name"), .text("."), field("Namespace"), .text("."), field("Domain"),
        ],
        source: "{{.Name}}.{{.Namespace}}.{{.Domain}}")

    static let defaultTag = TextTemplate(
        plain: [field("Tag"), .text("-"), field("Name")], source: "{{.Tag}}-{{.Name}}")
}
