import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// The `weir-split` cookie and the client's certificate on their way to the upstream.
extension Worker {
    static var stickyCookie: StaticString { "weir-split" }

    /// Stages the Cookie fields without our own cookie; one that held nothing else is left out.
    mutating func stageCookies(_ bytes: Span<UInt8>) {
        for index in 0..<head.fields.count where head.fields[index].known == .cookie {
            stageCookies(of: bytes.extracting(head.fields[index].value.range))
        }
    }

    private mutating func stageCookies(of value: Span<UInt8>) {
        let first = staging.count
        var start = 0
        var isFirst = true
        while start < value.count {
            let end = ByteScan.first(0x3b, in: value, from: start)
            var pair = start..<end
            while !pair.isEmpty, ASCII.isBlank(value[pair.lowerBound]) {
                pair = pair.lowerBound + 1..<pair.upperBound
            }
            start = end + 1
            if pair.isEmpty || Self.isSticky(value.extracting(pair)) { continue }
            staging.append(isFirst ? "cookie: " : "; ")
            staging.append(value.extracting(pair))
            isFirst = false
        }
        if !isFirst { endField("cookie", from: first) }
    }

    /// Whether the pair is `weir-split=…`.
    private static func isSticky(_ pair: Span<UInt8>) -> Bool {
        let count = stickyCookie.utf8CodeUnitCount
        return pair.count > count && pair[count] == 0x3d
            && ByteScan.equal(pair.extracting(first: count), stickyCookie)
    }

    /// Says who the client is by its certificate; what the client said of that was withheld.
    mutating func stageClientCertificate(_ client: Handle) {
        let connections = connections
        guard connections[client].clientCertificateCount > 0 else { return }
        stage("x-forwarded-client-cert", connections[client].tls.clientCertificate)
    }
}
