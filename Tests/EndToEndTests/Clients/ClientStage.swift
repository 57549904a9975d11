import TestSupport
import Testing

/// Runs a gateway whose Route `app` is split evenly over upstreams of Tests/Clients, one for each
/// name; its certificate covers the names beside the Route's, too.
///
/// Where `body` tells it to end, `isEnded` says so.
func withUpstreams(
    _ program: String, _ names: [String] = ["one"], isH2C: Bool,
    settings: [String: String] = [:], arguments: String? = nil, isEnded: Bool = false,
    more: [String: String] = [:], _ body: (ClientStage) throws -> Void
) throws {
    let authority = try Authority()
    let upstreams = try names.map { name in
        try arguments.map { try PythonUpstream(program, name, $0) }
            ?? PythonUpstream(program, name)
    }
    defer { for upstream in upstreams { upstream.stop() } }
    let revisions = upstreams.map { upstream in
        Manifests.revision("app-\(upstream.name)", ports: [upstream.port], isH2C: isH2C)
    }
    let traffic = names.map { Manifests.Traffic("app-\($0)", 100 / names.count) }
    let files = try [
        "app.yaml": Manifests.file(revisions + [Manifests.route("app", traffic)]),
        "secret.yaml": authority.issue(app, "*.default.example.com").secret("app"),
    ].merging(more) { $1 }
    if isEnded {
        let gateway = try Gateway(files, settings: settings)
        try body(ClientStage(gateway: gateway, authority: authority, upstreams: upstreams))
        #expect(try gateway.process.waitForEnd() == .exit(0))
        return
    }
    try withGateway(files, settings: settings) {
        try body(ClientStage(gateway: $0, authority: authority, upstreams: upstreams))
    }
}

/// A gateway in front of upstreams in Python, and the clients that people have.
struct ClientStage {
    var gateway: Gateway
    var authority: Authority
    var upstreams: [PythonUpstream]

    /// The listener of a transport.
    func port(_ transport: Transport) -> UInt16 {
        transport == .secure ? gateway.externalTLS : gateway.external
    }

    /// What a client of Tests/Clients is told of the gateway.
    func address(_ transport: Transport) -> [String] {
        let trust = transport == .secure ? ["--ca", authority.path] : []
        return ["--port", "\(port(transport))"] + trust
    }

    /// Runs a client of Tests/Clients to its end.
    func ask<Answer: Decodable>(
        _ program: String, _ transport: Transport, _ arguments: String..., as: Answer.Type,
        within limit: Duration = .seconds(60)
    ) throws -> Answer {
        try PythonProgram.run(
            program, arguments + address(transport), as: Answer.self, within: limit)
    }

    /// Asks by curl over HTTP/2, or as the arguments say; the URL comes last.
    func curl(
        _ transport: Transport, _ path: String = "/", _ arguments: String...
    ) throws -> Tool.Output {
        try curl(transport, path, arguments)
    }

    func curl(
        _ transport: Transport, _ path: String, _ arguments: [String]
    ) throws -> Tool.Output {
        let (scheme, version) =
            transport == .secure ? ("https", "--http2") : ("http", "--http2-prior-knowledge")
        let port = port(transport)
        return try Tool.run(
            ["/usr/bin/curl", "--silent", "--show-error", "--max-time", "60", version]
                + ["--cacert", authority.path, "--resolve", "\(app):\(port):127.0.0.1"]
                + arguments + ["\(scheme)://\(app):\(port)\(path)"],
            within: .seconds(70))
    }

    /// The same, of an upstream that reports what it received.
    func report(
        _ transport: Transport, _ path: String = "/", _ arguments: String...
    ) throws -> HTTPReport {
        let output = try curl(transport, path, arguments + ["--fail"])
        guard output.isGood else { throw TestFault("curl: \(output.ending) \(output.stderr)") }
        return try HTTPReport(output.stdout)
    }
}
