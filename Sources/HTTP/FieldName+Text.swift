internal import Bytes

extension FieldName {
    /// The name in lower case, as HTTP/2 writes it; `other` has none and gives an empty text.
    package var text: StaticString {
        switch self {
        case .other: ""
        case .host: "host"
        case .contentLength: "content-length"
        case .transferEncoding: "transfer-encoding"
        case .connection: "connection"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .proxyAuthenticate: "proxy-authenticate"
        case .proxyAuthorization: "proxy-authorization"
        case .te: "te"
        case .trailer: "trailer"
        case .upgrade: "upgrade"
        case .http2Settings: "http2-settings"
        case .expect: "expect"
        case .date: "date"
        case .server: "server"
        case .cookie: "cookie"
        case .setCookie: "set-cookie"
        case .contentType: "content-type"
        case .userAgent: "user-agent"
        case .forwarded: "forwarded"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedProto: "x-forwarded-proto"
        case .xForwardedHost: "x-forwarded-host"
        case .xRequestID: "x-request-id"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .knativeServingTag: "knative-serving-tag"
        case .knativeServingRevision: "knative-serving-revision"
        case .knativeServingNamespace: "knative-serving-namespace"
        case .knativeServingDefaultRoute: "knative-serving-default-route"
        case .kOriginalHost: "k-original-host"
        case .kProxyRequest: "k-proxy-request"
        case .kPassthroughLb: "k-passthrough-lb"
        case .kNetworkHash: "k-network-hash"
        case .kNetworkProbe: "k-network-probe"
        case .kKubeletProbe: "k-kubelet-probe"
        }
    }

    /// The field that these bytes name, in any case; `other` when the gateway has no use for it.
    package init(_ name: Span<UInt8>) {
        let candidate = Self.candidate(name)
        let isIt = candidate != .other && ByteScan.equal(name, ignoringCase: candidate.text)
        self = isIt ? candidate : .other
    }

    /// The only name of this length with this letter, still to be compared.
    private static func candidate(_ name: Span<UInt8>) -> FieldName {
        if name.isEmpty { return .other }
        let first = name[0] | 0x20
        switch name.count {
        case 2: return .te
        case 4: return first == 0x68 ? .host : .date
        case 6: return first == 0x65 ? .expect : first == 0x73 ? .server : .cookie
        case 7: return first == 0x74 ? .trailer : .upgrade
        case 9: return .forwarded
        case 10: return candidate(ofTen: first)
        case 11: return .traceparent
        case 12: return first == 0x63 ? .contentType : .xRequestID
        case 14:
            return first == 0x63 ? .contentLength : first == 0x68 ? .http2Settings : .kNetworkHash
        case 15: return candidate(ofFifteen: name[2] | 0x20)
        case 16:
            return first == 0x70
                ? .proxyConnection : first == 0x78 ? .xForwardedHost : .kPassthroughLb
        case 17: return first == 0x74 ? .transferEncoding : .xForwardedProto
        case 18: return .proxyAuthenticate
        case 19: return first == 0x70 ? .proxyAuthorization : .knativeServingTag
        case 24: return .knativeServingRevision
        case 25: return .knativeServingNamespace
        case 29: return .knativeServingDefaultRoute
        default: return .other
        }
    }

    private static func candidate(ofTen first: UInt8) -> FieldName {
        switch first {
        case 0x63: .connection
        case 0x6b: .keepAlive
        case 0x73: .setCookie
        case 0x74: .tracestate
        default: .userAgent
        }
    }

    private static func candidate(ofFifteen third: UInt8) -> FieldName {
        switch third {
        case 0x66: .xForwardedFor
        case 0x6b: .kKubeletProbe
        case 0x6e: .kNetworkProbe
        case 0x6f: .kOriginalHost
        default: .kProxyRequest
        }
    }
}
