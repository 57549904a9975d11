extension AccessLine {
    /// One JSON object (RFC 8259); what is absent is null.
    ///
    /// The keys up to `x-request-id` are Envoy Gateway's; times in their values are milliseconds.
    func appendJSON(
        _ figures: AccessFigures, _ texts: [UInt8], _ labels: SeriesLabels, _ listener: String,
        to line: inout [UInt8]
    ) {
        line += "{\"start_time\":\"".utf8
        appendStart(figures, to: &line)
        line.append(UInt8(ascii: "\""))
        appendRequest(figures, texts, to: &line)
        appendAnswer(figures, texts, to: &line)
        appendRoute(figures, labels, to: &line)
        appendWay(figures, texts, listener, to: &line)
        appendTimes(figures, to: &line)
        line.append(UInt8(ascii: "}"))
    }

    private func appendRequest(
        _ figures: AccessFigures, _ texts: [UInt8], to line: inout [UInt8]
    ) {
        let fields: [(String, AccessText)] = [
            ("method", .method), ("x-envoy-origin-path", .target), (":authority", .authority),
            ("x-forwarded-for", .forwardedFor), ("user-agent", .userAgent),
            ("x-request-id", .requestID), ("requested_server_name", .serverName),
        ]
        for (key, field) in fields { line.append(key, json: text(field, in: texts)) }
        line.append(key: "protocol")
        line.append(UInt8(ascii: "\""))
        line.append(Self.version(figures))
        line.append(UInt8(ascii: "\""))
        line.append("bytes_received", number: figures.bytesIn)
        let trace = text(.traceParent, in: texts)
        // W3C Trace Context §3.2: two digits, a dash, then the 32 of the trace's id.
        line.append("trace_id", json: trace.count >= 35 ? trace.dropFirst(3).prefix(32) : [])
    }

    private func appendAnswer(
        _ figures: AccessFigures, _ texts: [UInt8], to line: inout [UInt8]
    ) {
        let details = text(.details, in: texts)
        let hasFailed = figures.flag == .UF
        line.append("response_code", number: UInt64(figures.code))
        line.append("response_flags", json: Array(figures.flag.name.description.utf8)[...])
        let isUpstreams = details.isEmpty && figures.upstream.isPresent && figures.code != 0
        line.append(
            "response_code_details",
            json: isUpstreams ? Array("via_upstream".utf8)[...] : details)
        line.append("upstream_transport_failure_reason", json: hasFailed ? details : [])
        line.append("connection_termination_details", json: figures.code == 0 ? details : [])
        line.append("bytes_sent", number: figures.bytesOut)
    }

    private func appendRoute(
        _ figures: AccessFigures, _ labels: SeriesLabels, to line: inout [UInt8]
    ) {
        let hasRoute = !labels.route.isEmpty
        let names: [(String, String)] = [
            ("route_name", hasRoute ? "\(labels.namespace)/\(labels.route)" : ""),
            ("upstream_cluster", hasRoute ? "\(labels.namespace)/\(labels.revision)" : ""),
            ("namespace", labels.namespace), ("route", labels.route),
            ("revision", labels.revision), ("tag", labels.tag),
        ]
        for (key, name) in names { line.append(key, json: Array(name.utf8)[...]) }
        let isDecided = figures.reason != .none
        line.append(
            "decision", json: isDecided ? Array(figures.reason.name.description.utf8)[...] : [])
        line.append("rule", number: figures.rule < 0 ? .max : UInt64(figures.rule))
        line.append(
            "split_bucket", number: figures.bucket == .max ? .max : UInt64(figures.bucket))
        line.append("table_version", number: figures.tableVersion)
    }

    private func appendWay(
        _ figures: AccessFigures, _ texts: [UInt8], _ listener: String, to line: inout [UInt8]
    ) {
        line.append("listener", json: Array(listener.utf8)[...])
        line.append("client_address", address: figures.client, withPort: false)
        line.append("downstream_remote_address", address: figures.peer, withPort: true)
        line.append("downstream_local_address", address: figures.local, withPort: true)
        line.append("upstream_host", address: figures.upstream, withPort: true)
        line.append("upstream_local_address", json: [])
        line.append("resends", number: UInt64(figures.resends))
        let version = figures.isTLS ? figures.tlsVersion.name.description : ""
        line.append("tls_version", json: Array(version.utf8)[...])
        line.append(key: "tls_resumed")
        line += (figures.isTLS ? (figures.isResumed ? "true" : "false") : "null").utf8
    }

    private func appendTimes(_ figures: AccessFigures, to line: inout [UInt8]) {
        let whole: [(String, UInt64)] = [
            ("duration", figures.total), ("x-envoy-upstream-service-time", Self.service(figures)),
        ]
        for (key, time) in whole {
            line.append(key, number: time == AccessFigures.never ? .max : time / 1_000_000)
        }
        let exact: [(String, UInt64)] = [
            ("queue_ms", figures.queue), ("connect_ms", figures.connect),
            ("first_byte_ms", figures.firstByte), ("total_ms", figures.total),
        ]
        for (key, time) in exact { line.append(key, milliseconds: time) }
    }
}
