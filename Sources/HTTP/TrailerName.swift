internal import Bytes

/// Which fields may not come as trailers (RFC 9110 §6.5.1).
package enum TrailerName {
    /// Whether the field frames, routes, authenticates or describes the message, so that a
    /// receiver who merged it into the head would be misled.
    ///
    /// Such trailers are left out without a fault: the gateway writes its own framing, so they
    /// cannot smuggle, and RFC 9110 §6.5.2 lets an intermediary discard them.
    package static func isForbidden(_ name: Span<UInt8>) -> Bool {
        isForbidden(name, known: FieldName(name))
    }

    /// The same for a name that was looked up before.
    static func isForbidden(_ name: Span<UInt8>, known: FieldName) -> Bool {
        switch known {
        case .other: isOtherForbidden(name)
        // Plain information about the message or the exchange.
        case .date, .server, .userAgent, .xRequestID, .traceparent, .tracestate, .grpcStatus,
            .priority:
            false
        default: true
        }
    }

    private static func isOtherForbidden(_ name: Span<UInt8>) -> Bool {
        if HopByHop.isProtected(name) || ByteScan.starts(name, ignoringCase: "if-") { return true }
        func isName(_ text: StaticString) -> Bool { ByteScan.equal(name, ignoringCase: text) }
        return switch name.count {
        case 3: isName("age")
        case 4: isName("vary")
        case 5: isName("range")
        case 6: isName("pragma")
        case 7: isName("expires")
        case 8: isName("location")
        case 11: isName("retry-after")
        case 12: isName("max-forwards")
        case 13: isName("authorization") || isName("cache-control") || isName("content-range")
        case 16: isName("content-encoding") || isName("www-authenticate")
        default: false
        }
    }
}
