import TestSupport
import Testing

/// Runs a gateway with the Route `app`, an upstream that answers with the head it got, and the
/// certificate of an authority for the Route's host; more files come beside them.
func withTLS(
    settings: [String: String] = [:], descriptors: Int? = nil,
    _ more: (Authority) throws -> [String: String] = { _ in [:] },
    _ body: (TLSStage) throws -> Void
) throws {
    let authority = try Authority()
    let upstream = try EchoUpstream("one")
    defer { upstream.stop() }
    let files = try [
        "app.yaml": Manifests.simple("app", ports: [upstream.port]),
        "secret.yaml": authority.issue(app).secret("app"),
    ].merging(more(authority)) { $1 }
    try withGateway(files, settings: settings, descriptors: descriptors) {
        try body(TLSStage(gateway: $0, authority: authority, upstream: upstream))
    }
}

/// A gateway that serves TLS, and the tools to ask it.
struct TLSStage {
    var gateway: Gateway
    var authority: Authority
    var upstream: EchoUpstream

    /// Asks by curl, which trusts the authority only; `arguments` come before the URL.
    func curl(
        _ host: String = app, _ path: String = "/", _ arguments: String...
    ) throws -> Tool.Output {
        try curl(host, path, arguments)
    }

    func curl(_ host: String, _ path: String, _ arguments: [String]) throws -> Tool.Output {
        try Tool.run(
            ["/usr/bin/curl", "--silent", "--show-error", "--http1.1", "--max-time", "10"]
                + ["--cacert", authority.path]
                + ["--resolve", "\(host):\(gateway.externalTLS):127.0.0.1"]
                + arguments + ["https://\(host):\(gateway.externalTLS)\(path)"])
    }

    /// Shakes hands by `openssl s_client` and gives what it prints.
    func shakeHands(_ arguments: String...) throws -> Tool.Output {
        try Tool.run(
            ["/usr/bin/openssl", "s_client", "-connect", "127.0.0.1:\(gateway.externalTLS)"]
                + ["-CAfile", authority.path] + arguments)
    }

    /// The subject of the certificate that a client gets who asks for that name, or none.
    func subject(for name: String?) throws -> String? {
        let naming = name.map { ["-servername", $0] } ?? ["-noservername"]
        let output = try Tool.run(
            ["/usr/bin/openssl", "s_client", "-connect", "127.0.0.1:\(gateway.externalTLS)"]
                + naming)
        return output.stdout.firstMatch(of: #/subject=CN = (\S+)/#).map { String($0.1) }
    }

    /// Runs a Python script with the port and the authority's path as its arguments.
    func python(_ script: String, within limit: Duration = .seconds(30)) throws -> Tool.Output {
        try Tool.run(
            ["/usr/bin/python3", "-c", script, "\(gateway.externalTLS)", authority.path, app],
            within: limit)
    }
}
