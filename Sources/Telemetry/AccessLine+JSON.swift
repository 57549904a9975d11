extension AccessLine {
    /// One JSON object (RFC 8259); what is absent is null.
    ///
    /// The keys up to `x-envoy-upstream-service-time` are Envoy Gateway's, those behind it ours.
    func appendJSON(
        _ figures: AccessFigures, _ texts: [UInt8], _ labels: SeriesLabels, _ listener: String,
        to line: inout [UInt8]
    ) {
        line.append(#"{"start_time":""#)
        appendStart(figures, to: &line)
        line.append(UInt8(ascii: "\""))
        appendRequest(figures, texts, to: &line)
        appendAnswer(figures, texts, to: &line)
        appendWay(figures, labels, to: &line)
        appendChoice(figures, texts, labels, listener, to: &line)
        appendTimes(figures, to: &line)
        line.append(UInt8(ascii: "}"))
    }

    private func appendRequest(
        _ figures: AccessFigures, _ texts: [UInt8], to line: inout [UInt8]
    ) {
        line.append(#","method":"#, bytes: text(.method, in: texts))
        line.append(#","x-envoy-origin-path":"#, bytes: text(.target, in: texts))
        line.append(#","protocol":"#, text: Self.version(figures))
        line.append(#",":authority":"#, bytes: text(.authority, in: texts))
        line.append(#","x-forwarded-for":"#, bytes: text(.forwardedFor, in: texts))
        line.append(#","user-agent":"#, bytes: text(.userAgent, in: texts))
        line.append(#","x-request-id":"#, bytes: text(.requestID, in: texts))
        line.append(#","requested_server_name":"#, bytes: text(.serverName, in: texts))
        line.append(#","bytes_received":"#, number: figures.bytesIn)
    }

    private func appendAnswer(
        _ figures: AccessFigures, _ texts: [UInt8], to line: inout [UInt8]
    ) {
        let details = text(.details, in: texts)
        line.append(#","response_code":"#, number: UInt64(figures.code))
        line.append(#","response_flags":"#, text: figures.flag.name)
        if details.isEmpty && figures.upstream.isPresent && figures.code != 0 {
            line.append(#","response_code_details":"via_upstream""#)
        } else {
            line.append(#","response_code_details":"#, bytes: details)
        }
        line.append(
            #","upstream_transport_failure_reason":"#, bytes: figures.flag == .UF ? details : [])
        line.append(
            #","connection_termination_details":"#, bytes: figures.code == 0 ? details : [])
        line.append(#","bytes_sent":"#, number: figures.bytesOut)
    }

    private func appendWay(
        _ figures: AccessFigures, _ labels: SeriesLabels, to line: inout [UInt8]
    ) {
        line.append(#","route_name":"#, text: labels.namespace, labels.route)
        line.append(#","upstream_cluster":"#, text: labels.namespace, labels.revision)
        line.append(#","upstream_host":"#, address: figures.upstream, withPort: true)
        line.append(#","upstream_local_address":null"#)
        line.append(#","downstream_remote_address":"#, address: figures.peer, withPort: true)
        line.append(#","downstream_local_address":"#, address: figures.local, withPort: true)
        let times = (whole: figures.total, service: Self.service(figures))
        line.append(#","duration":"#, number: Self.milliseconds(times.whole))
        line.append(#","x-envoy-upstream-service-time":"#, number: Self.milliseconds(times.service))
    }

    private func appendChoice(
        _ figures: AccessFigures, _ texts: [UInt8], _ labels: SeriesLabels, _ listener: String,
        to line: inout [UInt8]
    ) {
        line.append(#","namespace":"#, text: labels.namespace)
        line.append(#","route":"#, text: labels.route)
        line.append(#","revision":"#, text: labels.revision)
        line.append(#","tag":"#, text: labels.tag)
        line.append(#","decision":"#, text: figures.reason == .none ? "" : figures.reason.name)
        line.append(#","rule":"#, number: figures.rule < 0 ? .max : UInt64(figures.rule))
        line.append(
            #","split_bucket":"#, number: figures.bucket == .max ? .max : UInt64(figures.bucket))
        line.append(#","table_version":"#, number: figures.tableVersion)
        line.append(#","listener":"#, text: listener)
        line.append(#","client_address":"#, address: figures.client, withPort: false)
        line.append(#","resends":"#, number: UInt64(figures.resends))
        line.append(#","tls_version":"#, text: figures.isTLS ? figures.tlsVersion.name : "")
        line.append(#","tls_resumed":"#)
        line.append(figures.isTLS ? (figures.isResumed ? "true" : "false") : "null")
        // W3C Trace Context §3.2: two digits, a dash, then the 32 of the trace's id.
        let trace = text(.traceParent, in: texts)
        line.append(
            #","trace_id":"#, bytes: trace.count >= 35 ? trace.dropFirst(3).prefix(32) : [])
    }

    private func appendTimes(_ figures: AccessFigures, to line: inout [UInt8]) {
        line.append(#","queue_ms":"#, milliseconds: figures.queue)
        line.append(#","connect_ms":"#, milliseconds: figures.connect)
        line.append(#","first_byte_ms":"#, milliseconds: figures.firstByte)
        line.append(#","total_ms":"#, milliseconds: figures.total)
    }

    /// Whole ones; the largest number for a time that did not come to pass.
    private static func milliseconds(_ time: UInt64) -> UInt64 {
        time == AccessFigures.never ? .max : time / 1_000_000
    }
}
