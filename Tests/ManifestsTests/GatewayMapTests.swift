import Testing

@testable import Manifests

/// config-weir: the keys of Kourier's config-kourier.
@Suite struct GatewayMapTests {
    private func compilation(_ data: String, namespace: String = "knative-serving") -> Compilation {
        var store = ManifestStore()
        store.load(file: "map.yaml", text: map(data, namespace))
        return store.compile()
    }

    private func map(_ data: String, _ namespace: String = "knative-serving") -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config-weir, namespace: \(namespace)}
        data:
        \(data.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
        """
    }

    @Test func `every key of Kourier has a meaning`() {
        let found = compilation(
            """
            _example: "whatever: 1"
            enable-service-access-logging: "false"
            enable-proxy-protocol: "true"
            trusted-hops-count: "2"
            stream-idle-timeout: 1m30s
            cipher-suites: ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256
            cluster-cert-secret: inner
            certs-secret-name: wild
            certs-secret-namespace: certs
            listen-ip-addresses: "0.0.0.0,::"
            use-remote-address: "true"
            disable-envoy-server-header: "true"
            """)
        let map = found.gatewayMap
        #expect(found.faults.isEmpty)
        #expect(map.logsAccess == false)
        #expect(map.requiresProxyProtocol == true)
        #expect(map.trustedHops == 2)
        #expect(map.streamIdleTimeout == 90_000_000_000)
        #expect(map.ciphers == "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256")
        #expect(map.listenAddresses == [[0, 0, 0, 0], [UInt8](repeating: 0, count: 16)])
        #expect(map.refusals.isEmpty)
        #expect(found.defaultSecretName == "certs/wild")
        let wanted = Set(found.secretsWanted.map { "\($0.namespace)/\($0.name)" })
        #expect(wanted.isSuperset(of: ["certs/wild", "knative-serving/inner"]))
        // Only what is asked for in vain is said: the certificate is not there.
        #expect(found.notices.map(\.field) == ["default-certificate"])
    }

    @Test func `what is not supported is named, what restricts access refuses`() {
        let found = compilation(
            """
            tracing-endpoint: otel:4317
            enable-cryptomb: "true"
            extauthz-host: authz.example.com:8080
            extauthz-protocol: grpc
            extauthz-timeout: "500"
            enable-foo: "true"
            """)
        let fields = Set(found.notices.map(\.field))
        #expect(
            fields == [
                "data.tracing-endpoint", "data.enable-cryptomb", "data.extauthz-host",
                "data.enable-foo",
            ])
        #expect(
            found.gatewayMap.refusals == [
                "config-weir: extauthz-host: requests cannot be authorized outside"
            ])
        // Without a host nothing is to be asked.
        #expect(compilation("extauthz-protocol: grpc").gatewayMap.refusals.isEmpty)
        #expect(compilation("extauthz-host: \"\"").gatewayMap.refusals.isEmpty)
    }

    @Test(arguments: [
        ("enable-proxy-protocol: maybe", "write true or false"),
        ("trusted-hops-count: \"-1\"", "write a number from 0 to 16"),
        ("stream-idle-timeout: \"50\"", "write a time like 50s, up to 24h"),
        ("stream-idle-timeout: 48h", "write a time like 50s, up to 24h"),
        ("cipher-suites: DES-CBC3-SHA", "AEAD"),
        ("listen-ip-addresses: localhost", "write IPv4 or IPv6"),
    ])
    func `a bad value is one line, and the last good map stays`(_ line: String, _ right: String) {
        var store = ManifestStore()
        store.load(file: "map.yaml", text: map("trusted-hops-count: \"3\""))
        #expect(store.compile().gatewayMap.trustedHops == 3)
        store.load(file: "map.yaml", text: map(line))
        let found = store.compile()
        #expect(found.faults.count == 1)
        #expect(found.faults.first?.right.contains(right) == true)
        #expect(found.gatewayMap.trustedHops == 3)
        store.remove(file: "map.yaml")
        #expect(store.compile().gatewayMap == GatewayMap())
    }
}
