internal import Bytes

extension FieldName {
    /// The field that these bytes name, in any case; `other` when the gateway has no use for it.
    package init(_ name: Span<UInt8>) {
        let candidate = Self.candidate(name)
        let isIt = candidate != .other && ByteScan.equal(name, ignoringCase: candidate.text)
        self = isIt ? candidate : .other
    }

    /// The same for a name in lower case, as all are in HTTP/2.
    init(lowerCase name: Span<UInt8>) {
        let candidate = Self.candidate(name)
        let isIt = candidate != .other && ByteScan.equal(name, candidate.text)
        self = isIt ? candidate : .other
    }

    /// The only name of this length with this letter, still to be compared.
    private static func candidate(_ name: Span<UInt8>) -> FieldName {
        if name.count < 2 { return .other }
        let first = name[0] | 0x20
        return switch name.count {
        case 2: .te
        case 4: first == UInt8(ascii: "h") ? .host : .date
        case 6: candidate(ofSix: first)
        case 7: first == UInt8(ascii: "t") ? .trailer : .upgrade
        case 8: .priority
        case 9: .forwarded
        case 10: candidate(ofTen: first)
        case 11: first == UInt8(ascii: "t") ? .traceparent : .grpcStatus
        case 12: candidate(ofTwelve: first)
        case 14: candidate(ofFourteen: first)
        case 15: candidate(ofFifteen: name[2] | 0x20)
        case 16: candidate(ofSixteen: first)
        case 17:
            first == UInt8(ascii: "s")
                ? .secWebSocketKey
                : first == UInt8(ascii: "t") ? .transferEncoding : .xForwardedProto
        case 18: .proxyAuthenticate
        case 19: first == UInt8(ascii: "p") ? .proxyAuthorization : .knativeServingTag
        case 20: .secWebSocketAccept
        case 23: .xForwardedClientCert
        case 24: .knativeServingRevision
        case 25: .knativeServingNamespace
        case 29: .knativeServingDefaultRoute
        default: .other
        }
    }

    private static func candidate(ofSix first: UInt8) -> FieldName {
        switch first {
        case UInt8(ascii: "c"): .cookie
        case UInt8(ascii: "s"): .server
        case UInt8(ascii: "e"): .expect
        default: .other
        }
    }

    private static func candidate(ofTen first: UInt8) -> FieldName {
        switch first {
        case UInt8(ascii: "u"): .userAgent
        case UInt8(ascii: "c"): .connection
        case UInt8(ascii: "s"): .setCookie
        case UInt8(ascii: "k"): .keepAlive
        case UInt8(ascii: "t"): .tracestate
        default: .other
        }
    }

    private static func candidate(ofTwelve first: UInt8) -> FieldName {
        switch first {
        case UInt8(ascii: "c"): .contentType
        case UInt8(ascii: "x"): .xRequestID
        case UInt8(ascii: "w"): .weirExplain
        default: .other
        }
    }

    private static func candidate(ofFourteen first: UInt8) -> FieldName {
        switch first {
        case UInt8(ascii: "c"): .contentLength
        case UInt8(ascii: "h"): .http2Settings
        case UInt8(ascii: "k"): .kNetworkHash
        default: .other
        }
    }

    /// By the third letter: `x-f`, `k-k`, `k-n`, `k-o`, `k-p`.
    private static func candidate(ofFifteen third: UInt8) -> FieldName {
        switch third {
        case UInt8(ascii: "f"): .xForwardedFor
        case UInt8(ascii: "k"): .kKubeletProbe
        case UInt8(ascii: "n"): .kNetworkProbe
        case UInt8(ascii: "o"): .kOriginalHost
        case UInt8(ascii: "p"): .kProxyRequest
        default: .other
        }
    }

    private static func candidate(ofSixteen first: UInt8) -> FieldName {
        switch first {
        case UInt8(ascii: "p"): .proxyConnection
        case UInt8(ascii: "x"): .xForwardedHost
        case UInt8(ascii: "k"): .kPassthroughLb
        default: .other
        }
    }
}
