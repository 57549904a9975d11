import Foundation
import NIOHTTP1

/// A request as the API server understands it: verb, resource, name, options.
struct RequestInfo: Sendable {
    var method: String
    var path: String
    /// The parameters of the query; of one that comes twice the first.
    var query: [String: String] = [:]
    var fields: HTTPHeaders
    /// `get`, `list`, `watch`, `create`, …; of other paths the method in small letters.
    var verb: String
    var resource: Resource?
    var subresource = ""
    var namespace: String?
    var name: String?
    /// Whether the path could be one of a resource, known or not.
    var isBelowGroup = false

    init(method: String, target: String, fields: HTTPHeaders) {
        self.method = method
        self.fields = fields
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = Self.decoded(parts.first ?? "")
        verb = method.lowercased()
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = Self.decoded(sides[0])
            if query[key] == nil { query[key] = sides.count > 1 ? Self.decoded(sides[1]) : "" }
        }
        readPath()
        if resource != nil { readVerb() }
    }

    private mutating func readPath() {
        var parts = path.split(separator: "/").map(String.init)
        let group: String
        if parts.count >= 2 && parts[0] == "api" {
            group = ""
            parts.removeFirst()
        } else if parts.count >= 3 && parts[0] == "apis" {
            group = parts[1]
            parts.removeFirst(2)
        } else {
            return
        }
        let version = parts.removeFirst()
        isBelowGroup = Resource.allCases.contains { $0.group == group && $0.version == version }
        if parts.count >= 3 && parts[0] == "namespaces" && parts[2] != "status"
            && parts[2] != "finalize"
        {
            namespace = parts[1]
            parts.removeFirst(2)
        }
        guard let plural = parts.first else { return }
        resource = Resource(group: group, version: version, plural: plural)
        name = parts.count > 1 ? parts[1] : nil
        subresource = parts.dropFirst(2).joined(separator: "/")
        if resource == .namespaces { namespace = name }
    }

    private mutating func readVerb() {
        switch method {
        case "GET", "HEAD": verb = name == nil ? "list" : "get"
        case "POST": verb = "create"
        case "PUT": verb = "update"
        case "DELETE": verb = name == nil ? "deletecollection" : "delete"
        default: verb = method.lowercased()
        }
        if ["list", "get"].contains(verb) && flag("watch") { verb = "watch" }
        // A list of one name is a matter of that name, for the rules too.
        if name == nil, ["list", "watch", "deletecollection"].contains(verb),
            let term = query["fieldSelector"]?.wholeMatch(of: #/metadata\.name==?([^,=!]+)/#)
        {
            name = String(term.1)
        }
    }

    /// The namespace of the objects, none for kinds without.
    var objectNamespace: String? { resource?.isNamespaced == true ? namespace : nil }

    /// What rules call the resource: `ingresses/status`.
    var ruleResource: String {
        (resource?.plural ?? "") + (subresource.isEmpty ? "" : "/\(subresource)")
    }

    /// A parameter that is there and not said to be false.
    func flag(_ name: String) -> Bool {
        guard let text = query[name] else { return false }
        return !["0", "false"].contains(text.lowercased())
    }

    func field(_ name: String) -> String { fields.first(name: name) ?? "" }

    var userAgent: String { field("User-Agent") }

    private static func decoded(_ text: Substring) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? String(text)
    }

    /// What the list or watch asks for.
    func selection(_ resource: Resource) throws -> Selection {
        var selection = Selection(namespace: objectNamespace)
        selection.labels = try LabelSelector(query["labelSelector"] ?? "")
        selection.fields = try Selection.fields(query["fieldSelector"] ?? "", of: resource)
        if let name, verb == "watch" || verb == "list", selection.name == nil {
            selection.fields.append(
                .init(path: ["metadata", "name"], value: name, isEqual: true))
        }
        return selection
    }
}
