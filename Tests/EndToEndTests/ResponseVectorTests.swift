import Synchronization
import TestSupport
import Testing

/// The table of responses (TestSupport/Vectors) sent by an upstream behind the running gateway.
@Suite struct `The table of responses` {
    private static let later = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlater"

    @Test func `each response is passed on, refused or cut as the table says`() throws {
        try check(responseVectors)
    }

    @Test func `what is refused in a request is refused in a response`() throws {
        let mirrored = (framingVectors + chunkVectors).compactMap(ResponseVector.init(mirroring:))
            .filter { !Self.requestsOnly.contains($0.name) }
        #expect(mirrored.count > 60)
        try check(mirrored)
    }

    /// Rules that responses do not have.
    private static let requestsOnly = [
        "expect-unknown", "transfer-encoding-underscore", "trailer-underscore",
    ]

    private func check(_ vectors: [ResponseVector]) throws {
        let current = Mutex<ResponseVector?>(nil)
        try withApp { connection in
            while let request = try connection.readRequest() {
                guard request.target == "/vector", let vector = current.withLock({ $0 }) else {
                    try connection.send(response(body: "later"))
                    continue
                }
                try connection.send(vector.input)
                if vector.endsByClosing { return }
            }
        } _: { gateway, upstream throws in
            var wrong = 0.0
            for vector in vectors {
                current.withLock { $0 = vector }
                try check(vector, gateway)
                if vector.isProtocolError { wrong += 1 }
                // Only the connection of `/later` may live: the vector's had leftovers, or ended.
                try eventually("\(vector.name): its connection is gone") {
                    upstream.connections.count { !$0.isClosed } <= 1
                }
            }
            try gateway.waitForMetric("weir_requests_total", ["flags": "UPE"]) { $0 == wrong }
        }
    }

    private func check(_ vector: ResponseVector, _ gateway: Gateway) throws {
        let client = try RawClient(port: gateway.external)
        defer { client.close() }
        // Both at once: what is left of the first answer would be taken for the second.
        try client.send(
            ask(vector.isToHead ? "HEAD" : "GET", "/vector")
                + ask("GET", "/later", "Connection: close"))
        let text = try String(decoding: client.readToEnd(), as: UTF8.self)
            .replacing(#/(Date|Connection): [^\r\n]+\r\n/#, with: "")
        switch vector.relayed {
        case .whole(let response):
            #expect(text == response + Self.later, "\(vector.name), \(vector.rule)")
        case .refused:
            #expect(text.hasPrefix("HTTP/1.1 502 "), "\(vector.name), \(vector.rule)")
            #expect(text.hasSuffix("not valid HTTP\n" + Self.later), "\(vector.name)")
        case .cut(let good):
            let isGood = vector.expected == .needsMore ? text == good : good.hasPrefix(text)
            #expect(isGood, "\(vector.name), \(vector.rule): \(text)")
        }
    }
}

extension ResponseVector {
    /// True when the upstream closes behind it.
    fileprivate var endsByClosing: Bool { name.hasPrefix("until-close") || expected == .needsMore }

    /// True when it is counted with the flag UPE; a connection that ended early has its own, UC.
    fileprivate var isProtocolError: Bool {
        switch relayed {
        case .whole: false
        case .refused: true
        case .cut: expected != .needsMore
        }
    }
}
