import TestSupport
import Testing

/// Runs a gateway whose Ingress leads the vectors' hosts to one upstream that reads strictly.
func withVectorStage(_ body: (VectorStage) throws -> Void) throws {
    let upstream = try ScriptedUpstream(answering: { _ in response(body: "fine") })
    defer { upstream.stop() }
    let files = [
        "vectors.yaml": Manifests.file(
            Manifests.ingress("vectors", hosts: VectorStage.hosts, to: "vectors"),
            Manifests.revision("vectors", ports: [upstream.port]))
    ]
    try withGateway(files) { try body(VectorStage(gateway: $0, upstream: upstream)) }
}

/// One gateway and its upstream, that vector after vector is held against.
final class VectorStage {
    /// The hosts that the table asks for, where they are names.
    static let hosts = ["a.example", "b.example", "a"]
    /// Sent right behind a vector: it is a request of its own, or it is never read.
    private static let next = "GET /next HTTP/1.1\r\nHost: a.example\r\n\r\n"
    /// Sent later by another client, over whatever upstream connection is left.
    private static let later = "GET /later HTTP/1.1\r\nHost: a.example\r\n\r\n"

    private let gateway: Gateway
    private let upstream: ScriptedUpstream
    private var rejections: [String: Double] = [:]
    /// How many bytes and requests of each upstream connection belong to earlier vectors.
    private var known: [(bytes: Int, requests: Int)] = []

    init(gateway: Gateway, upstream: ScriptedUpstream) {
        self.gateway = gateway
        self.upstream = upstream
    }

    /// Holds the gateway against one vector.
    func check(_ vector: Vector) throws {
        switch vector.expected {
        case .refused(let status, let reason):
            try refuse(vector, status, reason)
            let (text, whole) = try arrivedUntilLater()
            #expect(whole == 1, "\(vector.name): nothing of it may become a whole request")
            #expect(text.hasSuffix(Self.later), "\(vector.name)")
            let part = text.dropLast(Self.later.count)
            #expect(!part.contains("/next"), "\(vector.name): \(part)")
            if !vector.isRefusedInBody { #expect(part == "", "\(vector.name)") }
        case .needsMore:
            try leaveUnfinished(vector)
            let (text, whole) = try arrivedUntilLater()
            #expect(whole == 1, "\(vector.name)")
            #expect(text == (vector.sent?.text ?? "") + Self.later, "\(vector.name)")
        case .accepted(_, _, let rest):
            let isFollowed = try accept(vector, rest)
            let (text, whole) = try arrivedUntilLater()
            let parts = [vector.sent?.text, isFollowed ? Self.next : nil, Self.later].compactMap {
                $0
            }
            #expect(text == parts.joined(), "\(vector.name)")
            #expect(whole == parts.count, "\(vector.name)")
        }
    }

    /// Each refusal was counted once, under its reason.
    func checkRejections() throws {
        let counted = try gateway.metrics().all("weir_rejected_requests_total")
            .filter { $0.value > 0 }
        let byReason = Dictionary(uniqueKeysWithValues: counted.map { ($0.labels["reason"], $0) })
        #expect(byReason.mapValues(\.value) == rejections)
    }

    private func refuse(_ vector: Vector, _ status: Int, _ reason: String) throws {
        let client = try RawClient(port: gateway.external)
        defer { client.close() }
        try client.send(vector.input + Array(Self.next.utf8))
        try readRefusal(client, status, reason, vector)
    }

    /// One answer, and the end of the connection.
    private func readRefusal(
        _ client: RawClient, _ status: Int, _ reason: String, _ vector: Vector
    ) throws {
        rejections[reason, default: 0] += 1
        let answer = try client.readResponse()
        #expect(answer.status == status, "\(vector.name), \(vector.rule)")
        #expect(answer.bodyText == reason + "\n", "\(vector.name), \(vector.rule)")
        #expect(answer.has("Connection", word: "close"), "\(vector.name)")
        client.finishSending()
        #expect(try client.waitForEnd() == .closed(after: 0), "\(vector.name)")
    }

    private func leaveUnfinished(_ vector: Vector) throws {
        let client = try RawClient(port: gateway.external)
        defer { client.close() }
        try client.send(vector.input)
        try eventually("\(vector.name): its beginning arrives") { !arrived().text.isEmpty }
        client.finishSending()
        #expect(try client.waitForEnd() == .closed(after: 0), "\(vector.name)")
    }

    /// Sends a vector that is accepted; true when the connection went on to the next request.
    private func accept(_ vector: Vector, _ rest: String) throws -> Bool {
        let client = try RawClient(port: gateway.external)
        defer { client.close() }
        try client.send(vector.input + (rest.isEmpty ? Array(Self.next.utf8) : []))
        let answer = try client.readResponse(to: vector.method)
        #expect(answer.status == (vector.sent == nil ? 404 : 200), "\(vector.name)")
        if rest.isEmpty, !answer.has("Connection", word: "close") {
            #expect(try client.readResponse().bodyText == "fine", "\(vector.name)")
            return true
        }
        client.finishSending()
        // What stands behind the message began a request that was never finished, or none.
        if let more = try? client.readResponse() {
            #expect(more.status >= 400, "\(vector.name)")
            rejections[more.bodyText.trimmingLineEnd, default: 0] += 1
        }
        return false
    }

    /// Asks for `/later`, and gives all that has reached the upstream since the vector before:
    /// as text without the gateway's own fields, and how many whole requests that were.
    private func arrivedUntilLater() throws -> (text: String, whole: Int) {
        let answer = try RawClient.ask(port: gateway.external, Self.later)
        #expect(answer.bodyText == "fine")
        try eventually("connections that were cut short are closed") {
            upstream.connections.count { !$0.isClosed } == 1
        }
        let (text, whole) = arrived()
        known = upstream.connections.map { ($0.received.count, $0.requests.count) }
        return (OwnFields.removed(from: text), whole)
    }

    private func arrived() -> (text: String, whole: Int) {
        var text = ""
        var whole = 0
        for (index, connection) in upstream.connections.enumerated() {
            let before = index < known.count ? known[index] : (0, 0)
            text += String(decoding: connection.received.dropFirst(before.0), as: UTF8.self)
            whole += connection.requests.count - before.1
        }
        return (text, whole)
    }
}

extension Vector {
    /// The request's method; the first word.
    fileprivate var method: String { String(decoding: input.prefix { $0 != 0x20 }, as: UTF8.self) }
}

extension String {
    fileprivate var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
