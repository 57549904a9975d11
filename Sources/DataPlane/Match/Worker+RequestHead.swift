import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// The head towards the upstream: the client's fields under our policy, the decision's edits,
/// and framing written anew.
///
/// Policy: Knative §9 first; forwarded fields of an external client are replaced (design §6).
extension Worker {
    /// Bytes that our own fields may take beside the head and the edits.
    private static let ownFieldsMax = 1024

    /// Writes the head into `staging`.
    mutating func stageRequestHead(
        _ exchange: Handle, _ bytes: Span<UInt8>, _ decision: Decision
    ) {
        let client = exchanges[exchange].client
        let edits = decision.edits
        let policy = HeadPolicy(
            isExternal: connections[client].isExternal,
            keepsForwarded: !connections[client].isExternal || connections[client].isTrusted,
            dropsWebSocketKey: exchanges[exchange].wantsTunnel
                && (connections[exchanges[exchange].upstream].isMultiplexed
                    || !exchanges[exchange].clientStream.isNone),
            stripsCookie: decision.stickiness.isByCookie)
        let measure = edits.measure
        let seen = withholdFields(bytes, edits, measure, policy)
        let added =
            measure.bytes + decision.rewriteHost.count + 3 * head.authority.range.count
            + connections[client].clientCertificateCount + Self.ownFieldsMax
        staging.reserve(bytes.count + head.fields.count * 4 + added, from: &chunks)
        beginHead(isStream: connections[exchanges[exchange].upstream].isMultiplexed)
        staging.append(requestLineOf: head, in: bytes)
        stageHost(bytes, decision)
        stageFields(bytes, fromStream: !exchanges[exchange].clientStream.isNone)
        edits.append(to: &staging, &headIndex)
        if policy.stripsCookie { stageCookies(bytes) }
        if seen.asksForHash { stage("k-network-hash", decision.hash.bytes) }
        stageForwarded(exchange, bytes, seen)
        stageClientCertificate(client)
        if exchanges[exchange].wantsTunnel { stageUpgrade(exchange, bytes) }
        stageFraming(exchange)
    }

    /// Marks what must not pass as it came: what our policy keeps back, what an edit replaces,
    /// and what we write ourselves.
    private mutating func withholdFields(
        _ bytes: Span<UInt8>, _ edits: EditList, _ measure: EditMeasure, _ policy: HeadPolicy
    ) -> SeenFields {
        var seen = SeenFields()
        seen.hasGoodTrace = hasGoodTrace(bytes)
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            if field.isDropped { continue }
            if case .xForwardedFor = field.known, policy.keepsForwarded {
                // Our own hop, or another gateway's, came before: the last one is added to.
                if let earlier = seen.forwardedFor { head.fields[earlier].isDropped = false }
                seen.forwardedFor = index
                head.fields[index].isDropped = true
            } else if isWithheld(field, bytes, policy, &seen)
                || measure.mayReplace(Int(field.name.count))
                    && edits.replaces(bytes.extracting(field.name.range))
            {
                head.fields[index].isDropped = true
            }
        }
        return seen
    }

    private mutating func stageHost(_ bytes: Span<UInt8>, _ decision: Decision) {
        if decision.rewriteHost.isEmpty {
            stage("Host", bytes.extracting(head.authority.range), as: .authority)
        } else {
            stage("Host", decision.rewriteHost.bytes, as: .authority)
        }
    }

    /// What is done with a client's fields.
    struct HeadPolicy {
        var isExternal: Bool
        /// Earlier hops are believed: what they wrote stays.
        var keepsForwarded: Bool
        /// One of the two sides asks for a tunnel over HTTP/2.
        var dropsWebSocketKey: Bool
        /// The `weir-split` cookie is ours and goes no further.
        var stripsCookie: Bool
    }

    /// Which of the fields that we write ourselves the client's head has.
    struct SeenFields {
        /// The place of the last X-Forwarded-For, where it is kept.
        var forwardedFor: Int?
        var hasForwardedProto = false
        var hasForwardedHost = false
        var hasForwarded = false
        var hasRequestID = false
        /// There is one valid traceparent.
        var hasGoodTrace = false
        /// `K-Network-Hash: override`: answered with the table's hash (Knative §3.2).
        var asksForHash = false

        /// What earlier hops told is kept.
        var tellsOfHops: Bool {
            forwardedFor != nil || hasForwardedProto || hasForwardedHost || hasForwarded
        }
    }

    /// Whether a field, none that we know, says what only a proxy can know: frameworks make links and
    /// trust of such (`X-Forwarded-Port`, `-Prefix`, `-Server`, `X-Real-IP`, `X-Envoy-…`).
    private static func tellsOfHops(_ name: Span<UInt8>) -> Bool {
        guard name.count > 8, ASCII.lowered(name[0]) == 0x78, name[1] == 0x2d else { return false }
        return ByteScan.starts(name, ignoringCase: "x-forwarded-")
            || ByteScan.starts(name, ignoringCase: "x-envoy-")
            || ByteScan.equal(name, ignoringCase: "x-real-ip")
    }

    /// Whether a field is not passed on as it came.
    private mutating func isWithheld(
        _ field: Field, _ bytes: Span<UInt8>, _ policy: HeadPolicy, _ seen: inout SeenFields
    ) -> Bool {
        switch field.known {
        case .xForwardedFor:
            return true
        case .xForwardedProto:
            seen.hasForwardedProto = seen.hasForwardedProto || policy.keepsForwarded
            return !policy.keepsForwarded
        case .xForwardedHost:
            seen.hasForwardedHost = seen.hasForwardedHost || policy.keepsForwarded
            return !policy.keepsForwarded
        case .forwarded:
            seen.hasForwarded = seen.hasForwarded || policy.keepsForwarded
            return !policy.keepsForwarded
        case .xForwardedClientCert:
            // Ours alone: proxies that pass it through untouched would let anybody be anybody.
            return true
        case .weirExplain:
            // It holds the operator's token.
            return true
        case .secWebSocketKey:
            // HTTP/1's alone; where the client's is of no use, the upstream gets ours.
            return policy.dropsWebSocketKey
        case .cookie:
            return policy.stripsCookie
        case .traceparent, .tracestate:
            return !seen.hasGoodTrace
        case .xRequestID:
            seen.hasRequestID = true
            return false
        case .kNetworkHash:
            let isOverride = bytes.extracting(field.value.range).isOverride
            seen.asksForHash = seen.asksForHash || isOverride
            return isOverride
        case .kOriginalHost, .kProxyRequest, .kPassthroughLb, .kKubeletProbe,
            .knativeServingDefaultRoute, .knativeServingRevision, .knativeServingNamespace:
            // From outside these would spoof the host, or escape the counting, behind us.
            return policy.isExternal
        default:
            return !policy.keepsForwarded && Self.tellsOfHops(bytes.extracting(field.name.range))
        }
    }

    private mutating func stageForwarded(
        _ exchange: Handle, _ bytes: Span<UInt8>, _ seen: SeenFields
    ) {
        if seen.tellsOfHops {
            stageForwarded(exchange, bytes, behind: seen)
        } else {
            stageForwarded(exchange, bytes.extracting(head.authority.range))
        }
        if !seen.hasRequestID { stageRequestID(exchange) }
    }

    /// Nobody has told of earlier hops: the lines are the client's own, and mostly those of its last
    /// request.
    private mutating func stageForwarded(_ exchange: Handle, _ host: Span<UInt8>) {
        let client = exchanges[exchange].client
        let isSecure = exchanges[exchange].isSecure
        let place = Int(client.index) % Limits.forwardedLinesMax
        if forwarded[place].holds(client, host, isSecure: isSecure) {
            return forwarded[place].append(to: &staging, &headIndex)
        }
        let first = staging.count
        stageForwardedFor(client, behind: nil)
        let address = staging.count - first - ForwardedLines.forName.utf8CodeUnitCount - 4
        stageForwardedProto(isSecure: isSecure)
        stage(ForwardedLines.hostName, host)
        stageForwardedElement(client, host, isSecure: isSecure)
        forwarded[place].note(
            client, staging, from: first, address: address, host: host.count, isSecure: isSecure)
    }

    /// Adds our hop to what earlier ones told.
    private mutating func stageForwarded(
        _ exchange: Handle, _ bytes: Span<UInt8>, behind seen: SeenFields
    ) {
        let client = exchanges[exchange].client
        let isSecure = exchanges[exchange].isSecure
        let host = bytes.extracting(head.authority.range)
        if let earlier = seen.forwardedFor {
            stageForwardedFor(client, behind: bytes.extracting(head.fields[earlier].value.range))
        } else {
            stageForwardedFor(client, behind: nil)
        }
        if !seen.hasForwardedProto { stageForwardedProto(isSecure: isSecure) }
        if !seen.hasForwardedHost { stage(ForwardedLines.hostName, host) }
        if !seen.hasForwarded { stageForwardedElement(client, host, isSecure: isSecure) }
    }

    private mutating func stageForwardedFor(_ client: Handle, behind earlier: Span<UInt8>?) {
        let start = beginField(ForwardedLines.forName)
        if let earlier {
            staging.append(earlier)
            staging.append(", ")
        }
        stageAddress(of: client)
        endField(ForwardedLines.forName, from: start)
    }

    private mutating func stageForwardedProto(isSecure: Bool) {
        if isSecure {
            stage(ForwardedLines.protoName, "https")
        } else {
            stage(ForwardedLines.protoName, "http")
        }
    }

    /// RFC 7239 §4.
    private mutating func stageForwardedElement(
        _ client: Handle, _ host: Span<UInt8>, isSecure: Bool
    ) {
        let start = beginField(ForwardedLines.forwardedName)
        let isIPv6 = connections[client].remote.isIPv6
        staging.append(isIPv6 ? "for=\"[" : "for=")
        stageAddress(of: client)
        staging.append(isIPv6 ? "]\";host=\"" : ";host=\"")
        staging.append(host)
        staging.append(isSecure ? "\";proto=https" : "\";proto=http")
        endField(ForwardedLines.forwardedName, from: start)
    }

    /// The client's address, which is put into words once for each connection.
    private mutating func stageAddress(of client: Handle) {
        let connections = connections
        if connections[client].remoteText.count == 0 {
            let start = staging.count
            staging.append(address: connections[client].remote)
            connections[client].remoteText.set(
                staging.bytes.extracting(start..<staging.count))
        } else {
            connections[client].remoteText.append(to: &staging)
        }
    }

    /// A random UUID (RFC 9562 §5.4), the same for a re-send and for the access log.
    private mutating func stageRequestID(_ exchange: Handle) {
        if !exchanges[exchange].givesRequestID { giveRequestID(exchange) }
        let id = exchanges[exchange].requestID
        let start = beginField("x-request-id")
        staging.append(uuidFrom: id.first, id.second)
        endField("x-request-id", from: start, as: .changing)
    }

    mutating func giveRequestID(_ exchange: Handle) {
        exchanges[exchange].requestID = (entropy.next(), entropy.next())
        exchanges[exchange].givesRequestID = true
    }

    /// Over HTTP/1 `TE` is the hop's alone and says so (RFC 9110 §10.1.4).
    private mutating func stageTE(_ exchange: Handle) {
        stage("te", "trailers")
        let isHTTP1 = !connections[exchanges[exchange].upstream].isMultiplexed
        if isHTTP1 { staging.append("connection: te\r\n") }
    }

    private mutating func stageFraming(_ exchange: Handle) {
        if head.acceptsTrailers, !exchanges[exchange].wantsTunnel { stageTE(exchange) }
        if head.expectsContinue { stage("expect", "100-continue") }
        stage(framing: exchanges[exchange].requestFraming)
        staging.appendLineEnd()
    }
}

extension Span<UInt8> {
    /// `K-Network-Hash: override`, exactly (Knative §3.2).
    fileprivate var isOverride: Bool {
        count == 8 && self[0] == 0x6f && self[1] == 0x76 && self[2] == 0x65 && self[3] == 0x72
            && self[4] == 0x72 && self[5] == 0x69 && self[6] == 0x64 && self[7] == 0x65
    }
}
