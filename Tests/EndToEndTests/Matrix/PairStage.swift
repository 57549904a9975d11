import Synchronization
import TestSupport

/// A gateway between a client and upstreams of a pair's versions.
final class PairStage: Sendable {
    let pair: Pair
    let gateway: Gateway
    let upstreams: [PairUpstream]
    private let clients = Mutex<[PairClient]>([])

    init(_ pair: Pair, _ gateway: Gateway, _ upstreams: [PairUpstream]) {
        self.pair = pair
        self.gateway = gateway
        self.upstreams = upstreams
    }

    /// The only upstream, or the first.
    var upstream: PairUpstream { upstreams[0] }

    /// A client of the external listener, or of another.
    func client(
        on listener: KeyPath<Gateway, UInt16> & Sendable = \.external,
        receiveBuffer: Int32? = nil, settings: [H2Setting.Value] = [.enablePush(0)]
    ) -> PairClient {
        let client = PairClient(
            pair.client, port: gateway[keyPath: listener], receiveBuffer: receiveBuffer,
            settings: settings)
        clients.withLock { $0.append(client) }
        return client
    }

    /// Asks by a client of its own.
    func ask(_ fields: [FieldLine], body: String? = nil) throws -> H2Message {
        try client().ask(fields, body: body)
    }

    /// Waits until as many requests of the client's version were counted with a flag.
    func waitForCount(_ count: Double, flags: String, code: String? = nil) throws {
        var labels = ["flags": flags, "protocol": pair.client.rawValue]
        labels["code"] = code
        try gateway.waitForMetric("weir_requests_total", labels) { $0 == count }
    }

    /// Ends all clients and upstreams, so that the gateway need not wait for them.
    func end() {
        for client in clients.withLock({ $0 }) { client.close() }
        for upstream in upstreams { upstream.stop() }
    }
}

/// Runs a gateway whose Route `app` leads to one upstream that does what the handler says.
func withPair(
    _ pair: Pair, settings: [String: String] = [:], upstreamSettings: [H2Setting.Value] = [],
    isListening: Bool = true, _ handler: @escaping PairUpstream.Handler = { try $0.echo() },
    _ body: (PairStage) throws -> Void
) throws {
    let upstream = try PairUpstream(
        pair.upstream, settings: upstreamSettings, isListening: isListening, handler)
    let isH2C = pair.upstream == .http2
    let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: isH2C)]
    try withPair(pair, [upstream], files: files, settings: settings, body)
}

/// Runs a gateway with upstreams that answer with their names, `app-00001` and so on, each a
/// revision, and a Route `app` with those shares.
func withPair(
    _ pair: Pair, split: [Manifests.Traffic], annotations: [String: String] = [:],
    more: [String: String] = [:], _ body: (PairStage) throws -> Void
) throws {
    let names = split.compactMap(\.revision)
    let upstreams = try names.map { name in
        try PairUpstream(pair.upstream) { exchange in
            try exchange.readRequest()
            try exchange.answer(body: name)
        }
    }
    let manifest = Manifests.file(
        zip(names, upstreams).map {
            Manifests.revision($0, ports: [$1.port], isH2C: pair.upstream == .http2)
        } + [Manifests.route("app", split, annotations: annotations)])
    let files = more.merging(["app.yaml": manifest]) { $1 }
    try withPair(pair, upstreams, files: files, body)
}

/// Runs a gateway with those manifests and upstreams.
func withPair(
    _ pair: Pair, _ upstreams: [PairUpstream], files: [String: String],
    settings: [String: String] = [:], _ body: (PairStage) throws -> Void
) throws {
    defer { for upstream in upstreams { upstream.stop() } }
    try withGateway(files, settings: settings) { gateway in
        let stage = PairStage(pair, gateway, upstreams)
        defer { stage.end() }
        try body(stage)
    }
}
