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
        if let tree = try TreeParser.documents(of: text).first {
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
        json.object { fields in
            if !spec.tls.isEmpty { fields.field("tls") { $0.list(spec.tls) { write($1, &$0) } } }
            if !spec.rules.isEmpty {
                var known = KnownPaths()
                fields.field("rules") { $0.list(spec.rules) { write($1, &known, &$0) } }
            }
            fields.optional("httpOption", spec.httpOption)
        }
    }

    private static func write(_ tls: IngressTLS, _ json: inout GoJSON) {
        json.object { fields in
            if !tls.hosts.isEmpty { fields.field("hosts") { $0.strings(tls.hosts) } }
            fields.optional("secretName", tls.secretName)
            fields.optional("secretNamespace", tls.secretNamespace)
        }
    }

    /// The paths that were written last: a Route's rules nearly always share theirs.
    private struct KnownPaths {
        var paths: [IngressPath]?
        var json = GoJSON()
    }

    private static func write(
        _ rule: IngressRule, _ known: inout KnownPaths, _ json: inout GoJSON
    ) {
        json.object { fields in
            if !rule.hosts.isEmpty { fields.field("hosts") { $0.strings(rule.hosts) } }
            fields.optional("visibility", rule.visibility)
            guard let paths = rule.paths else { return }
            if known.paths != paths {
                known = KnownPaths(paths: paths)
                known.json.list(paths) { write($1, &$0) }
            }
            fields.field("http") { json in
                json.object { fields in fields.field("paths") { $0.add(known.json) } }
            }
        }
    }

    private static func write(_ path: IngressPath, _ json: inout GoJSON) {
        json.object { fields in
            fields.optional("path", path.path)
            fields.optional("rewriteHost", path.rewriteHost)
            if !path.headers.isEmpty {
                fields.field("headers") { json in
                    json.map(path.headers) { json, exact in
                        json.object { $0.field("exact") { $0.string(exact) } }
                    }
                }
            }
            fields.field("splits") { $0.list(path.splits) { write($1, &$0) } }
            write(path.appendHeaders, &fields)
        }
    }

    private static func write(_ split: IngressSplit, _ json: inout GoJSON) {
        json.object { fields in
            fields.field("serviceNamespace") { $0.string(split.serviceNamespace) }
            fields.field("serviceName") { $0.string(split.serviceName) }
            fields.field("servicePort") { json in
                switch split.servicePort {
                case .number(let number): json.number(number)
                case .name(let name): json.string(name)
                }
            }
            if split.percent != 0 { fields.field("percent") { $0.number(split.percent) } }
            write(split.appendHeaders, &fields)
        }
    }

    private static func write(_ headers: [String: String], _ fields: inout GoJSON.Fields) {
        if !headers.isEmpty {
            fields.field("appendHeaders") { $0.map(headers) { $0.string($1) } }
        }
    }
}
