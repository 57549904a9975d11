extension Explanation {
    /// For people, several lines, each ended by a line feed.
    package var text: String {
        var lines = [
            "\(request.method) \(request.host)\(request.path)",
            "  from \(request.client) on the \(request.listener) listener, "
                + (request.isTLS ? "TLS" : "plain") + (request.isProbe ? ", a probe" : ""),
            "  table version \(tableVersion)", "",
        ]
        for hop in hops { lines += hop.lines + [""] }
        lines += conclusion
        return lines.map { $0 + "\n" }.joined()
    }

    private var conclusion: [String] {
        var lines = ["\(isLive ? "was" : "would be") \(verdict)"]
        if let rewrittenHost { lines.append("  host is set to \(rewrittenHost)") }
        lines += edits.map { "  sets \($0.name): \($0.value)" }
        lines += destinations.map { "  destination \($0.line)" }
        return lines
    }

    private var verdict: String {
        let chosen = "revision \(revision ?? "") of \(namespace)/\(route), by \(because)"
        switch outcome {
        case .revision: return "sent to \(chosen)"
        case .noDestination:
            return revision == nil
                ? "answered 503: no share of \(namespace)/\(route) has a weight"
                : "answered 503: there is no destination of \(chosen)"
        case .open: return "sent to one of the shares above, by \(because)"
        case .redirect: return "answered 301: this host is served over TLS"
        case .noRoute:
            return "answered 404: no route has the host, or no path of it is the request's"
        case .loop: return "answered 508: more than \(RouteTable.innerHopsMax) inner hops"
        }
    }

    private var because: String {
        switch reason {
        case "rule": "rule \(rule.map(String.init) ?? "")\(tag.isEmpty ? "" : ", tag \(tag)")"
        case "tag": "tag host, tag \(tag)"
        case "header": tag.isEmpty ? "header" : "tag header, tag \(tag)"
        case "sticky": "the client's key"
        case "split": "the draw"
        default: reason
        }
    }
}

extension Explanation.Hop {
    fileprivate var lines: [String] {
        var lines = ["host \(host), \(listener) listener: \(route ?? "no route has it")"]
        if isCatchAll { lines[0] += ", which takes any host" }
        lines += paths.map(\.line) + rules.map(\.line)
        return lines + (split?.lines ?? [])
    }
}

extension Explanation.Attempt {
    fileprivate var line: String {
        var line = prefix.isEmpty ? "  rule \(number)" : "  path \(prefix)"
        if !tag.isEmpty { line += ", tag \(tag)" }
        guard let failure else {
            let held = conditions.isEmpty ? "" : " (\(conditions.joined(separator: "; ")))"
            return line + ": yes" + held
        }
        return line + ": no, \(failure.what)? it is \(failure.was)"
    }
}

extension Explanation.Split {
    fileprivate var lines: [String] {
        ["  \(kind) split" + (key.map { ", by \($0.text)" } ?? "")] + shares.flatMap(\.lines)
    }
}

extension Explanation.Key {
    fileprivate var text: String {
        var text = "\(kind), salt \(salt)"
        if let hash, let position {
            text += ": key \(value ?? "none"), hash \(hash), position \(position)"
            if isIssued { text += ", issued now" }
        } else {
            text += isIssued ? ": none sent, one is issued" : ": none sent, drawn for"
        }
        return text
    }
}

extension Explanation.Share {
    fileprivate var lines: [String] {
        var line = "    \(isTaken ? ">" : " ") \(revision), \(percent) %"
        if let begin, let end {
            line += begin == end ? ", no position" : ", positions \(begin) to \(end - 1)"
        }
        line += ", counted \(counts.map(String.init).joined(separator: " + "))"
        if mayBeNext.contains(true) {
            let workers = mayBeNext.count { $0 }
            line += ", may be next on \(workers) of \(mayBeNext.count) workers"
        }
        return [line] + (isTaken ? [] : destinations.map { "        destination \($0.line)" })
    }

    /// Millionths as percent, without needless zeros.
    private var percent: String {
        let whole = "\(desired / 10_000)"
        var fraction = "\(desired % 10_000 + 10_000)".dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }
}

extension Explanation.Destination {
    fileprivate var line: String {
        let line = "\(address), \(speaks)"
        if workersAvoiding == 0 { return line }
        return line
            + ", left aside by \(workersAvoiding) workers for \(avoidedMilliseconds) ms more"
    }
}
