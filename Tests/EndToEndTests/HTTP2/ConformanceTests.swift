import TestSupport
import Testing

/// Every rule of RFC 9113 and RFC 7541 that a server must hold its clients to, by offending
/// frames; whatever one client does, another is answered, and each refusal is counted.
@Suite struct `HTTP/2 conformance` {
    @Test(arguments: H2Case.exchanges)
    func `what is allowed is answered`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.frames)
    func `frames and header blocks`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.streams)
    func `states of streams`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.streamFrames)
    func `frames of streams`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.connectionFrames)
    func `frames of the connection`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.windows)
    func `windows`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.messages)
    func `messages`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.fieldCases)
    func `names and values of fields`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.pseudoFields)
    func `pseudo fields`(one: H2Case) throws { try check(one) }

    @Test(arguments: H2Case.compression)
    func `header compression`(one: H2Case) throws { try check(one) }

    private func check(_ one: H2Case) throws {
        try withPlainApp { gateway, upstream throws in
            let verdict = try one.play(port: gateway.external)
            if let fault = verdict.fault { Issue.record("\(fault)") }
            let other = try H2Client.ask(port: gateway.external, fields())
            #expect(other.status == 200)
            #expect(other.bodyText == "hello")
            if verdict.isRefusal {
                let raised = try eventually("a refusal is counted") {
                    let refusals = try gateway.refusals()
                    return refusals.isEmpty ? nil : refusals
                }
                #expect(
                    raised.keys.contains { Self.reasons(of: verdict).contains($0) }, "\(raised)")
            } else {
                #expect(try gateway.refusals() == [:])
            }
            if case .refused = one.expected {
                #expect(upstream.requests.count == 1, "only the other client's is forwarded")
            }
        }
    }

    /// The reasons that may be counted: the connection's error by its name, or any.
    private static func reasons(of verdict: H2Verdict) -> Set<String> {
        guard let code = verdict.code else { return ofStreams.union(ofHeads).union(byCode.values) }
        return Set([byCode[code]].compactMap(\.self)).union(code == .protocolError ? preface : [])
    }

    private static let byCode: [H2Code: String] = [
        .protocolError: "h2_protocol_error", .flowControlError: "h2_flow_control_error",
        .frameSizeError: "h2_frame_size_error", .compressionError: "h2_compression_error",
        .streamClosed: "h2_stream_closed",
    ]
    private static let preface: Set = ["h2_bad_preface"]
    private static let ofStreams: Set = [
        "h2_malformed_message", "h2_stream_limit", "h2_bad_preface",
    ]
    /// What our own rules of heads say (`HeadFault`).
    private static let ofHeads: Set = [
        "bad_method", "bad_target", "target_too_long", "fragment_in_target",
        "userinfo_in_target", "authority_form", "asterisk_form", "unknown_scheme",
        "connect_method", "bad_field_name", "underscore_in_name", "head_too_large",
        "too_many_fields", "missing_host", "duplicate_host", "bad_host", "bad_content_length",
        "duplicate_content_length", "bad_transfer_encoding", "control_byte", "nul_byte",
        "body_in_trace", "unknown_expectation", "trailers_too_large", "too_many_trailers",
        "incomplete_body", "bad_request_line", "bad_version", "unsupported_version",
    ]
}
