import FakeAPIServer
import Testing

@testable import ControlPlane

@Suite(.serialized) struct APIClientTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func name(_ body: [UInt8]) -> String? {
        let slices = JSONSlices(body)
        return slices.text(slices.value("name", in: slices.value("metadata", in: slices.whole)))
    }

    private func fault(_ body: () async throws(APIFault) -> [UInt8]) async -> APIFault? {
        do throws(APIFault) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `objects are made, read, replaced, changed and deleted`() async throws {
        try await FakeCluster.run { cluster in
            let client = cluster.client
            let lease = { (version: String, holder: String) in
                Array(
                    (#"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"#
                        + #""l"\#(version)},"spec":{"holderIdentity":"\#(holder)","#
                        + #""leaseDurationSeconds":15}}"#).utf8)
            }
            let made = try await client.create(.leases, namespace: "default", body: lease("", "a"))
            #expect(name(made) == "l")
            let version = try #require(
                cluster.server.get(.leases, "default", "l")?["metadata"]["resourceVersion"].text)
            #expect(
                await fault { () throws(APIFault) in
                    try await client.create(.leases, namespace: "default", body: lease("", "b"))
                } == .alreadyExists)
            _ = try await client.replace(
                .leases, namespace: "default", name: "l",
                body: lease(#","resourceVersion":"\#(version)""#, "c"))
            let stale = await fault { () throws(APIFault) in
                try await client.replace(
                    .leases, namespace: "default", name: "l",
                    body: lease(#","resourceVersion":"\#(version)""#, "d"))
            }
            guard case .conflict = stale else {
                Issue.record("\(String(describing: stale))")
                return
            }
            _ = try await client.mergePatch(
                .leases, namespace: "default", name: "l",
                body: Array(#"{"spec":{"holderIdentity":"e"}}"#.utf8))
            #expect(
                cluster.server.get(.leases, "default", "l")?["spec"]["holderIdentity"].text == "e")
            try await client.delete(.leases, namespace: "default", name: "l")
            #expect(
                await fault { () throws(APIFault) in
                    try await client.get(.leases, namespace: "default", name: "l")
                } == .notFound)
            #expect(cluster.server.log.all().allSatisfy { $0.userAgent == "weir-test" })
        }
    }

    @Test func `names never lead to another path`() async throws {
        try await FakeCluster.run { cluster in
            for name in ["", ".", ".."] {
                let fault = await fault { () throws(APIFault) in
                    try await cluster.client.get(.secrets, namespace: "default", name: name)
                }
                guard case .invalid = fault else {
                    Issue.record("\(String(describing: fault))")
                    return
                }
            }
            #expect(cluster.server.log.count == 0)
            let path = try APIPath.object(.secrets, namespace: "a/../b", name: "x?y#z%")
            #expect(path == "/api/v1/namespaces/a%2F..%2Fb/secrets/x%3Fy%23z%25")
        }
    }

    @Test func `an IPv6 address is one`() async throws {
        let access = ClusterAccess(server: APIServer(isTLS: false, host: "::1", port: 1))
        let text = try await faultText(access)
        #expect(text.hasPrefix("http://[::1]:1: "))
        #expect(text.contains("refused") || text.contains("no way to the host"), "\(text)")
    }

    @Test func `what is wrong is told by kind`() async throws {
        let server = try FakeAPIServer.start(.init(users: [User("weir", token: "t", rules: [])]))
        let kinds: [(Fault?, String, (APIFault) -> Bool)] = [
            (nil, "wrong", { if case .unauthorized = $0 { true } else { false } }),
            (nil, "t", { if case .forbidden = $0 { true } else { false } }),
            (.unavailable, "t", { $0.isRetryable }),
            (.tooManyRequests(retryAfter: 3), "t", { $0 == .busy(after: .seconds(3)) }),
            (.internalError, "t", { if case .failed(500, _) = $0 { true } else { false } }),
            (.expired, "t", { $0 == .expired }),
            (.cut, "t", { if case .unreachable = $0 { true } else { false } }),
        ]
        for (trouble, token, isRight) in kinds {
            server.clear()
            if let trouble { server.inject(trouble) }
            let access = ClusterAccess(
                server: APIServer(isTLS: false, host: "127.0.0.1", port: Int(server.port)),
                identity: ClusterIdentity(.token(SecretText(token))))
            let client = APIClient(access, userAgent: "t", logger: .init(label: "t"))
            let found = await fault { () throws(APIFault) in
                try await client.get(.leases, namespace: "default", name: "x")
            }
            #expect(found.map(isRight) == true, "\(String(describing: found))")
            #expect(found?.text.contains("\n") == false)
            await client.shutdown()
        }
        server.stop()
    }

    @Test func `a token whose file has a new one is read again at once`() async throws {
        let server = try FakeAPIServer.start(.init(users: [User("weir", token: "one")]))
        try folder.write("token", "one\n")
        let access = ClusterAccess(
            server: APIServer(isTLS: false, host: "127.0.0.1", port: Int(server.port)),
            identity: ClusterIdentity(.tokenFile(folder.path("token"))))
        try await FakeCluster.run(server, access) { cluster in
            let client = cluster.client
            try cluster.server.create(yaml: FakeCluster.service("a"))
            _ = try await client.get(.services, namespace: "default", name: "a")
            server.changeUsers { $0[0].token = "two" }
            let fault = await fault { () throws(APIFault) in
                try await client.get(.services, namespace: "default", name: "a")
            }
            guard case .unauthorized = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            try folder.write("token", "two\n")
            _ = try await client.get(.services, namespace: "default", name: "a")
        }
    }

    @Test(arguments: [true, false])
    func `the server is checked, and knows us by a certificate or a token`(hasToken: Bool)
        async throws
    {
        let server = try FakeAPIServer.start(
            .init(isSecure: true, users: [User("weir", token: hasToken ? "t" : nil)]))
        try server.create(yaml: FakeCluster.service("a"))
        try folder.write("config", try server.kubeconfig())
        let access = try ClusterAccess.kubeconfig(
            paths: [folder.path("config")], context: nil, environment: [:])
        try await FakeCluster.run(server, access) { cluster in
            let found = try await cluster.client.get(.services, namespace: "default", name: "a")
            #expect(name(found) == "a")
            #expect(server.log.all().last?.user == "weir")

            var stranger = access
            stranger.authority = .given(SecretText(try TestCertificate.authority()))
            #expect(try await faultText(stranger).contains("not vouched for"))
            var named = access
            // A certificate for the server's address is as good as one for its name.
            named.serverName = "localhost"
            #expect(try await faultText(named) == "")
            stranger.isInsecure = true
            #expect(try await faultText(stranger) == "")
        }
    }

    private func faultText(_ access: ClusterAccess) async throws -> String {
        let client = APIClient(access, userAgent: "t", logger: .init(label: "t"))
        let found = await fault { () throws(APIFault) in
            try await client.get(.services, namespace: "default", name: "a")
        }
        await client.shutdown()
        return found?.text ?? ""
    }

    @Test func `many watches leave room for calls`() async throws {
        try await FakeCluster.run { cluster in
            let followers = (0..<48).map { number in
                Follower(
                    Reflector(
                        cluster.client,
                        WatchScope(.secrets, only: NamespacedPair("default", "s\(number)")),
                        pace: FakeCluster.pace))
            }
            #expect(await eventually { cluster.server.watchCount() == 48 })
            try cluster.server.create(yaml: FakeCluster.service("a"))
            _ = try await cluster.client.get(.services, namespace: "default", name: "a")
            for follower in followers { await follower.stop() }
        }
    }
}
