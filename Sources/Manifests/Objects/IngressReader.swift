internal import Routing

/// Reads an Ingress's specification and validates it (§2.3) on the way.
struct IngressReader {
    let namespace: String

    static func read(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) -> IngressSpec {
        var spec = IngressReader(namespace: meta.namespace).spec(root["spec"], &flaws)
        spec.setDefaults()
        return spec
    }

    func spec(_ cursor: Cursor, _ flaws: inout Flaws) -> IngressSpec {
        cursor.warnOfFields(notIn: ["tls", "rules", "httpOption"], &flaws)
        guard
            cursor["rules"].isPresent || cursor["tls"].isPresent
                || cursor["httpOption"].isPresent
        else {
            refuseMissing(cursor, "write rules", &flaws)
            return IngressSpec()
        }
        var spec = IngressSpec()
        spec.tls = cursor["tls"].items(&flaws).map { tls($0, &flaws) }
        let rules = cursor["rules"].items(&flaws)
        if rules.isEmpty { refuseMissing(cursor["rules"], "write at least one rule", &flaws) }
        spec.rules = rules.map { rule($0, &flaws) }
        checkSize(spec, cursor["rules"], &flaws)
        spec.httpOption = cursor["httpOption"].text(&flaws)
        if !["", "Enabled", "Redirected"].contains(spec.httpOption) {
            flaws.refuse(
                cursor["httpOption"], "invalid value: \(spec.httpOption)",
                right: "write Enabled or Redirected")
        }
        return spec
    }

    /// What the route table takes of one route.
    private func checkSize(_ spec: IngressSpec, _ cursor: Cursor, _ flaws: inout Flaws) {
        let hosts = spec.rules.reduce(0) { $0 + $1.hosts.count }
        let paths = spec.rules.reduce(0) { $0 + ($1.paths?.count ?? 0) }
        for (count, name, limit) in [
            (hosts, "hosts", TableLimits.hostsMax), (paths, "paths", TableLimits.pathsMax),
        ] where count > limit {
            flaws.refuse(cursor, "\(count) \(name)", right: "at most \(limit) would be right")
        }
    }

    private func tls(_ cursor: Cursor, _ flaws: inout Flaws) -> IngressTLS {
        var tls = IngressTLS()
        tls.line = cursor.line
        tls.hosts = hosts(cursor["hosts"], &flaws)
        tls.secretName = needed(cursor["secretName"], "name the Secret", &flaws)
        tls.secretNamespace = needed(
            cursor["secretNamespace"], "name the Secret's namespace", &flaws)
        return tls
    }

    private func rule(_ cursor: Cursor, _ flaws: inout Flaws) -> IngressRule {
        var rule = IngressRule()
        cursor.warnOfFields(notIn: ["hosts", "visibility", "http"], &flaws)
        rule.hosts = hosts(cursor["hosts"], &flaws)
        rule.visibility = cursor["visibility"].text(&flaws)
        if !["", IngressRule.external, IngressRule.clusterLocal].contains(rule.visibility) {
            flaws.refuse(
                cursor["visibility"], "invalid value: \(rule.visibility)",
                right: "write ExternalIP or ClusterLocal")
        }
        guard cursor["http"].isPresent else {
            let isEmpty = rule.hosts.isEmpty && rule.visibility.isEmpty
            refuseMissing(isEmpty ? cursor : cursor["http"], "write http with paths", &flaws)
            return rule
        }
        let paths = cursor["http"]["paths"].items(&flaws)
        if paths.isEmpty {
            refuseMissing(cursor["http"]["paths"], "write at least one path", &flaws)
        }
        rule.paths = paths.map { path($0, &flaws) }
        return rule
    }

    private func path(_ cursor: Cursor, _ flaws: inout Flaws) -> IngressPath {
        var path = IngressPath()
        cursor.warnOfFields(
            notIn: ["path", "rewriteHost", "headers", "splits", "appendHeaders"], &flaws)
        path.path = plain(cursor["path"], &flaws)
        path.rewriteHost = plain(cursor["rewriteHost"], &flaws)
        var headers: [String: String] = [:]
        for (name, match) in cursor["headers"].entries(&flaws) {
            checkFieldName(name, match, &flaws)
            headers[name] = fieldValue(match["exact"], &flaws)
        }
        path.headers = HeaderFields(headers)
        path.appendHeaders = fields(cursor["appendHeaders"], &flaws)
        let splits = cursor["splits"].items(&flaws)
        path.splits = splits.map { split($0, &flaws) }
        if splits.count > TableLimits.sharesMax {
            flaws.refuse(
                cursor["splits"], "\(splits.count) splits",
                right: "at most \(TableLimits.sharesMax) would be right")
        }
        if splits.isEmpty {
            let isEmpty = path == IngressPath()
            refuseMissing(isEmpty ? cursor : cursor["splits"], "write splits", &flaws)
            return path
        }
        var total: Int64 = 0
        for split in path.splits { total &+= split.percent }
        if total != 100, !(path.splits.count == 1 && total == 0) {
            flaws.refuse(
                cursor["splits"],
                "traffic split percentage must total to 100, but was \(total)",
                right: "let the percents sum to 100")
        }
        return path
    }

    private func split(_ cursor: Cursor, _ flaws: inout Flaws) -> IngressSplit {
        var split = IngressSplit()
        cursor.warnOfFields(
            notIn: ["serviceNamespace", "serviceName", "servicePort", "percent", "appendHeaders"],
            &flaws)
        split.percent = cursor["percent"].integer(&flaws) ?? 0
        if split.percent < 0 || split.percent > 100 {
            flaws.refuse(
                cursor["percent"], "invalid value: \(split.percent)",
                right: "write a percent from 0 to 100")
        }
        split.serviceNamespace = cursor["serviceNamespace"].text(&flaws)
        if split.serviceNamespace.isEmpty {
            refuseMissing(cursor["serviceNamespace"], "write \(namespace)", &flaws)
        } else if split.serviceNamespace != namespace {
            flaws.refuse(
                cursor["serviceNamespace"], "service namespace must match ingress namespace",
                right: "write \(namespace)")
        }
        split.serviceName = needed(cursor["serviceName"], "name the Service", &flaws)
        split.servicePort = port(cursor["servicePort"], &flaws)
        split.appendHeaders = fields(cursor["appendHeaders"], &flaws)
        return split
    }

    private func port(_ cursor: Cursor, _ flaws: inout Flaws) -> ServicePort {
        let right = "write the Service port's number or name"
        switch cursor.tree?.value {
        case .integer(let number)?:
            if number == 0 {
                refuseMissing(cursor, right, &flaws)
            } else if number < 0 || number > 65_535 {
                flaws.refuse(cursor, "invalid value: \(number)", right: right)
            }
            return .number(number)
        case nil:
            refuseMissing(cursor, right, &flaws)
            return .number(0)
        default:
            let name = cursor.text(&flaws)
            if name.isEmpty { refuseMissing(cursor, right, &flaws) }
            return .name(name)
        }
    }

    private func refuseMissing(_ cursor: Cursor, _ right: String, _ flaws: inout Flaws) {
        flaws.refuse(cursor, "missing field(s)", right: right)
    }

    private func needed(_ cursor: Cursor, _ right: String, _ flaws: inout Flaws) -> String {
        let text = cursor.text(&flaws)
        if text.isEmpty { refuseMissing(cursor, right, &flaws) }
        return text
    }
}

/// Upstream validates none of these; they become bytes of requests, so we do.
extension IngressReader {
    private func hosts(_ cursor: Cursor, _ flaws: inout Flaws) -> [String] {
        cursor.items(&flaws).map { item in
            let host = plain(item, &flaws)
            if host.isEmpty {
                flaws.refuse(item, "missing field(s)", right: "write a host or leave hosts out")
            }
            return host
        }
    }

    /// Text of visible ASCII, as paths and hosts are; may be empty.
    private func plain(_ cursor: Cursor, _ flaws: inout Flaws) -> String {
        let text = cursor.text(&flaws)
        if !FieldText.isVisible(text) {
            flaws.refuse(cursor, "invalid value: \(text)", right: "write visible ASCII only")
        }
        return text
    }

    private func fields(_ cursor: Cursor, _ flaws: inout Flaws) -> HeaderFields {
        var fields: [String: String] = [:]
        for (name, value) in cursor.entries(&flaws) {
            checkFieldName(name, value, &flaws)
            if Self.gatewayFields.contains(name.lowercased()) {
                flaws.refuse(
                    value, "the gateway writes \(name) itself",
                    right: "leave it out, or use rewriteHost for Host")
            }
            fields[name] = fieldValue(value, &flaws)
        }
        return HeaderFields(fields)
    }

    /// Fields that frame a message or end at one hop: an object that set them could have one
    /// request read as two behind us.
    private static let gatewayFields: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "te",
        "trailer", "upgrade", "expect", "x-forwarded-for", "proxy-connection", "http2-settings",
    ]

    private func checkFieldName(_ name: String, _ cursor: Cursor, _ flaws: inout Flaws) {
        if !FieldText.isToken(name) {
            flaws.refuse(cursor, "invalid header name \"\(name)\"", right: "write a token")
        }
    }

    private func fieldValue(_ cursor: Cursor, _ flaws: inout Flaws) -> String {
        let text = cursor.text(&flaws)
        if !FieldText.isFieldValue(text) {
            flaws.refuse(
                cursor, "invalid header value", right: "write no control bytes, no outer blanks")
        }
        return text
    }
}
