internal import Foundation
internal import Yams

/// A place in a kubeconfig, which knows where it is for faults.
struct KubeconfigNode {
    let file: String
    /// Such as `clusters[prod].server`; empty for the whole file.
    let field: String
    /// Nil where nothing stands.
    private let node: Node?

    /// Reads a file.
    init(file: String, text: String) throws(GatewayFault) {
        self.file = file
        field = ""
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            // The error's own text may show a line with a token.
            let line =
                switch error as? YamlError {
                case .scanner(_, _, let mark, _), .parser(_, _, let mark, _),
                    .composer(_, _, let mark, _):
                    ":\(mark.line)"
                default: ""
                }
            throw GatewayFault("\(file)\(line): not readable as YAML, a kubeconfig would be right")
        }
    }

    private init(file: String, field: String, node: Node?) {
        self.file = file
        self.field = field
        self.node = node.flatMap { $0.isNothing ? nil : $0 }
    }

    /// Where relative paths begin.
    var folder: String { URL(fileURLWithPath: file).deletingLastPathComponent().path }

    var isThere: Bool { node != nil }

    /// A member, which may not be there.
    subscript(_ key: String) -> KubeconfigNode {
        KubeconfigNode(
            file: file, field: field.isEmpty ? key : field + "." + key,
            node: node?.mapping?[key])
    }

    /// The items of a list; none where nothing stands.
    func items() throws(GatewayFault) -> [KubeconfigNode] {
        guard let node else { return [] }
        guard let items = node.sequence else {
            throw fault("no list, lines with dashes would be right")
        }
        return items.enumerated().map { index, item in
            let name = item.mapping?["name"]?.scalar?.string ?? "\(index)"
            return KubeconfigNode(file: file, field: "\(field)[\(name)]", node: item)
        }
    }

    /// A text; empty where nothing stands.
    func text() throws(GatewayFault) -> String {
        guard let node else { return "" }
        guard let scalar = node.scalar else { throw fault("no text, one value would be right") }
        return scalar.string
    }

    func flag() throws(GatewayFault) -> Bool {
        let text = try text()
        switch text {
        case "", "false": return false
        case "true": return true
        default: throw fault("neither true nor false, one of them would be right")
        }
    }

    /// The bytes that a text stands for in base64; nil where nothing stands.
    func base64() throws(GatewayFault) -> [UInt8]? {
        let text = try text()
        if text.isEmpty { return nil }
        guard let bytes = Base64Text.decode(text) else {
            throw fault("not readable as base64, the output of base64 would be right")
        }
        return bytes
    }

    /// The path of a file, from the kubeconfig's folder on; nil where nothing stands.
    func path() throws(GatewayFault) -> String? {
        let text = try text()
        if text.isEmpty { return nil }
        return text.hasPrefix("/") ? text : folder + "/" + text
    }

    /// What stands there as JSON; nil where nothing stands, or it is none.
    func json() -> String? {
        guard let value = node?.any, JSONSerialization.isValidJSONObject(value),
            let data = try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
        else { return nil }
        return String(data: data, encoding: .utf8)
    }

    /// A fault of this place; `text` says what is wrong and what would be right.
    func fault(_ text: String) -> GatewayFault {
        GatewayFault("\(file): " + (field.isEmpty ? "" : field + ": ") + text)
    }
}

extension Node {
    /// A key whose value was left out, or `null`.
    fileprivate var isNothing: Bool {
        guard let scalar, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }
}
