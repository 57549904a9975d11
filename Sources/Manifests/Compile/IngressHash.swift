internal import Routing
internal import TLS

/// The hash that K-Network-Hash carries (§3.1).
package enum IngressHash {
    /// 64 hexadecimal digits; `spec` is defaulted.
    static func hash(_ spec: IngressSpec, namespace: String, name: String) -> String {
        var json = GoJSON()
        write(spec, &json)
        json.raw(namespace)
        json.raw(name)
        return hexadecimal(Digest.sha256(json.bytes))
    }

    /// The hash of a specification written as JSON or YAML, as it stands: neither defaulted nor
    /// validated.
    package static func hash(
        specification text: String, namespace: String, name: String
    ) throws -> String {
        var flaws = Flaws()
        var spec = IngressSpec()
        if let tree = try TreeParser.document(of: text) {
            spec = IngressReader(namespace: namespace).spec(Cursor(root: tree), &flaws)
        }
        return hash(spec, namespace: namespace, name: name)
    }

    /// `spec` as Go writes it.
    static func json(_ spec: IngressSpec) -> String {
        var json = GoJSON()
        write(spec, &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in digest {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func write(_ spec: IngressSpec, _ json: inout GoJSON) {
        json.object { json in
            if !spec.tls.isEmpty { json.field("tls") { $0.list(spec.tls) { write($1, &$0) } } }
            if !spec.rules.isEmpty {
                var known = KnownPaths()
                json.field("rules") { $0.list(spec.rules) { write($1, &known, &$0) } }
            }
            json.optional("httpOption", spec.httpOption)
        }
    }

    private static func write(_ tls: IngressTLS, _ json: inout GoJSON) {
        json.object { json in
            if !tls.hosts.isEmpty { json.field("hosts") { $0.strings(tls.hosts) } }
            json.optional("secretName", tls.secretName)
            json.optional("secretNamespace", tls.secretNamespace)
        }
    }

    /// The paths that were written last, and where: a Route's rules nearly always share theirs.
    private struct KnownPaths {
        var paths: [IngressPath] = []
        var range = 0..<0
    }

    private static func write(
        _ rule: IngressRule, _ known: inout KnownPaths, _ json: inout GoJSON
    ) {
        json.object { json in
            if !rule.hosts.isEmpty { json.field("hosts") { $0.strings(rule.hosts) } }
            json.optional("visibility", rule.visibility)
            guard let paths = rule.paths else { return }
            json.field("http") { json in
                json.object { json in json.field("paths") { write(paths, &known, &$0) } }
            }
        }
    }

    private static func write(
        _ paths: [IngressPath], _ known: inout KnownPaths, _ json: inout GoJSON
    ) {
        if !known.range.isEmpty, known.paths.span.isIdentical(to: paths.span) {
            return json.copy(known.range)
        }
        let start = json.bytes.count
        json.list(paths) { write($1, &$0) }
        known = KnownPaths(paths: paths, range: start..<json.bytes.count)
    }

    private static func write(_ path: IngressPath, _ json: inout GoJSON) {
        json.object { json in
            json.optional("path", path.path)
            json.optional("rewriteHost", path.rewriteHost)
            if !path.headers.isEmpty {
                json.field("headers") { json in
                    json.object { json in
                        for header in path.headers.list {
                            json.field(header.name) { json in
                                json.object { $0.field("exact") { $0.string(header.value) } }
                            }
                        }
                    }
                }
            }
            json.field("splits") { $0.list(path.splits) { write($1, &$0) } }
            write(path.appendHeaders, &json)
        }
    }

    private static func write(_ split: IngressSplit, _ json: inout GoJSON) {
        json.object { json in
            json.field("serviceNamespace") { $0.string(split.serviceNamespace) }
            json.field("serviceName") { $0.string(split.serviceName) }
            json.field("servicePort") { json in
                switch split.servicePort {
                case .number(let number): json.number(number)
                case .name(let name): json.string(name)
                }
            }
            if split.percent != 0 { json.field("percent") { $0.number(split.percent) } }
            write(split.appendHeaders, &json)
        }
    }

    private static func write(_ headers: HeaderFields, _ json: inout GoJSON) {
        if headers.isEmpty { return }
        json.field("appendHeaders") { json in
            json.object { json in
                for header in headers.list {
                    json.field(header.name) { $0.string(header.value) }
                }
            }
        }
    }
}
