import FakeAPIServer
import TestSupport
import Testing

/// Knative's conformance suite for ingresses: TLS, and what becomes of plain requests.
@Suite struct `Conformance: TLS` {
    /// Makes the Secret of a host's certificate; gives the entry of `tls`.
    private func certify(
        _ stage: ClusterStage, _ authority: Authority, _ host: String
    ) throws -> JSONValue {
        let identity = try authority.issue(host, days: 1)
        let name = ClusterStage.randomName("secret")
        try stage.server.create([
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": [
                "name": .string(name), "namespace": .string(ClusterStage.namespace),
                "labels": ["networking.internal.knative.dev/certificate-uid": "test-uid"],
            ],
            "stringData": [
                "tls.crt": .string(identity.certificate), "tls.key": .string(identity.key),
            ],
        ])
        return [
            "hosts": [.string(host)], "secretName": .string(name),
            "secretNamespace": .string(ClusterStage.namespace),
        ]
    }

    /// Asks over TLS by curl, which trusts the authority only; gives the status.
    private func secureStatus(
        _ stage: ClusterStage, _ authority: Authority, _ host: String
    ) throws -> String {
        let port = stage.gateway.externalTLS
        return try Tool.succeed(
            ["/usr/bin/curl", "--silent", "--show-error", "--max-time", "10", "--http1.1"]
                + ["--cacert", authority.path, "--resolve", "\(host):\(port):127.0.0.1"]
                + ["--output", "/dev/null", "--write-out", "%{http_code}"]
                + ["https://\(host):\(port)/"]
        ).stdout
    }

    @Test func `tls`() throws {
        try withCluster { stage throws in
            let authority = try Authority()
            let upstream = try stage.upstream(.runtime)
            let host = "\(upstream.name).example.com"
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            try stage.ready(
                [ClusterObjects.rule([host], [path])], tls: [certify(stage, authority, host)])
            #expect(try stage.report(host).request.host == host)
            #expect(try secureStatus(stage, authority, host) == "200")
        }
    }

    @Test func `httpoption`() throws {
        try withCluster { stage throws in
            let authority = try Authority()
            let upstream = try stage.upstream(.runtime)
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            let options = [("Enabled", 200), ("Redirected", 301)]
            for (option, _) in options {
                let host = "\(option.lowercased()).\(upstream.name).example.com"
                try stage.ready(
                    [ClusterObjects.rule([host], [path])],
                    tls: [certify(stage, authority, host)], httpOption: option)
            }
            for (option, status) in options {
                let host = "\(option.lowercased()).\(upstream.name).example.com"
                let answer = try stage.ask(host, "/a?b=c")
                #expect(answer.status == status)
                if status == 301 { #expect(answer["Location"] == "https://\(host)/a?b=c") }
                #expect(try secureStatus(stage, authority, host) == "200")
            }
        }
    }
}
