import Foundation
import TestSupport
import Testing

/// SIGTERM (design §6).
@Suite struct `Drain` {
    private func isReady(_ gateway: Gateway) -> Bool {
        (try? gateway.get("/readyz", port: gateway.status))?.status == 200
    }

    /// A gateway that is not stopped by the helper, for tests that stop it themselves.
    private func withDraining(
        _ settings: [String: String], _ script: @escaping ScriptedUpstream.Script,
        _ body: (Gateway, ScriptedUpstream) throws -> Void
    ) throws {
        let upstream = try ScriptedUpstream(script)
        defer { upstream.stop() }
        let gateway = try Gateway(
            ["app.yaml": Manifests.simple("app", ports: [upstream.port])], settings: settings)
        try body(gateway, upstream)
    }

    private static let answering: ScriptedUpstream.Script = { connection in
        while try connection.readRequest() != nil { try connection.send(response(body: "x")) }
    }

    @Test func `readiness fails at once while requests are still served, each with close`() throws {
        try withDraining(["drain-delay": "2s", "drain-time": "4s"], Self.answering) {
            gateway, _ throws in
            let idle = try RawClient(port: gateway.external)
            try idle.send(ask())
            #expect(!(try idle.readResponse().has("Connection", word: "close")))
            gateway.process.send(SIGTERM)
            try eventually("/readyz fails", within: .seconds(1)) { !isReady(gateway) }
            #expect(try gateway.get("/healthz", port: gateway.status).status == 200)
            // An idle connection may ask once more; a new one is still accepted.
            for client in [idle, try RawClient(port: gateway.external)] {
                try client.send(ask())
                let answer = try client.readResponse()
                #expect(answer.bodyText == "x")
                #expect(answer.has("Connection", word: "close"))
                #expect(try client.waitForEnd() == .closed(after: 0))
            }
            #expect(try gateway.process.waitForEnd() == .exit(0))
            #expect(throws: WireFault.refused) { try RawClient(port: gateway.external) }
        }
    }

    @Test func `whom the kernel took before the end is answered`() throws {
        try withDraining(["drain-delay": "0s", "drain-time": "20s"], Self.answering) {
            gateway, _ throws in
            // They connect, and ask, while nobody looks: all of them wait in the listeners' queues.
            gateway.process.send(SIGSTOP)
            let clients = try (0..<200).map { _ in
                let client = try RawClient(port: gateway.external)
                try client.send(ask())
                return client
            }
            gateway.process.send(SIGTERM)
            gateway.process.send(SIGCONT)
            for client in clients {
                #expect(try client.readResponse().bodyText == "x")
                // Who was accepted before the drain began may ask once more, and is waited for.
                client.close()
            }
            #expect(try gateway.process.waitForEnd() == .exit(0))
        }
    }

    @Test func `an exchange in flight is finished and then the process ends`() throws {
        let mayAnswer = Latch()
        try withDraining(["drain-delay": "0s", "drain-time": "30s"]) { connection in
            guard try connection.readRequest() != nil else { return }
            try mayAnswer.wait("the listeners are closed")
            try connection.send(response(body: "late"))
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            try eventually("the upstream has it") { upstream.requests.count == 1 }
            gateway.process.send(SIGTERM)
            try eventually("the listener is closed") {
                (try? RawClient(port: gateway.external)) == nil
            }
            #expect(gateway.process.ended == nil)
            mayAnswer.open()
            let answer = try client.readResponse()
            #expect(answer.bodyText == "late")
            #expect(answer.has("Connection", word: "close"))
            #expect(try gateway.process.waitForEnd(within: .seconds(5)) == .exit(0))
        }
    }

    @Test func `what is not finished at drain-time is cut`() throws {
        try withDraining(["drain-delay": "0s", "drain-time": "1s"]) { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            try connection.waitForEnd()
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponseHead().status == 200)
            gateway.process.send(SIGTERM)
            _ = try client.waitForEnd(within: .seconds(5))
            #expect(try gateway.process.waitForEnd(within: .seconds(5)) == .exit(0))
        }
    }

    @Test func `a second SIGTERM ends it at once`() throws {
        try withDraining(["drain-delay": "30s", "drain-time": "60s"]) { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.waitForEnd()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            try eventually("the upstream has it") { upstream.requests.count == 1 }
            gateway.process.send(SIGTERM)
            try eventually("/readyz fails") { !isReady(gateway) }
            #expect(gateway.process.ended == nil)
            gateway.process.send(SIGTERM)
            try gateway.process.waitForEnd(within: .seconds(2))
        }
    }

    @Test func `POST drain does what SIGTERM does`() throws {
        try withDraining(["drain-delay": "0s", "drain-time": "5s"], Self.answering) {
            gateway, _ throws in
            let answer = try RawClient.ask(
                port: gateway.admin,
                head("POST /drain HTTP/1.1", "Host: localhost", "Content-Length: 0"))
            #expect((200..<300).contains(answer.status))
            try gateway.process.waitForEnd()
        }
    }

    @Test func `after POST drain one SIGTERM cuts nothing`() throws {
        let mayAnswer = Latch()
        try withDraining(["drain-delay": "0s", "drain-time": "30s"]) { connection in
            guard try connection.readRequest() != nil else { return }
            try mayAnswer.wait("the signal was taken")
            try connection.send(response(body: "late"))
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            try eventually("the upstream has it") { upstream.requests.count == 1 }
            _ = try RawClient.ask(
                port: gateway.admin,
                head("POST /drain HTTP/1.1", "Host: localhost", "Content-Length: 0"))
            try eventually("/readyz fails") { !isReady(gateway) }
            gateway.process.send(SIGTERM)
            // SIGHUP is taken after it, in order.
            gateway.process.send(SIGHUP)
            try eventually("both signals are taken") {
                gateway.process.stderr.contains("reloaded")
            }
            #expect(gateway.process.ended == nil)
            mayAnswer.open()
            #expect(try client.readResponse().bodyText == "late")
            #expect(try gateway.process.waitForEnd(within: .seconds(5)) == .exit(0))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a gateway that waits for its cluster ends by one signal`(_ signal: Int32) throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        // Nobody listens at a port that is bound, no more.
        let closed = try Socket.bind()
        defer { closed.close() }
        try ManifestFolder(path: folder.path).replace(
            "kubeconfig",
            with: """
                apiVersion: v1
                kind: Config
                current-context: a
                contexts: [{name: a, context: {cluster: a, user: a}}]
                clusters: [{name: a, cluster: {server: "http://127.0.0.1:\(closed.port)"}}]
                users: [{name: a, user: {}}]

                """)
        let listeners = [
            "external-http", "internal-http", "external-https", "internal-https", "status",
            "admin",
        ]
        let process = try ChildProcess(
            [
                Gateway.binary(), "serve", "--kubernetes", "--kubeconfig",
                folder.path("kubeconfig"), "--drain-delay", "0s",
            ] + listeners.flatMap { ["--listeners-\($0)", "127.0.0.1:0"] })
        try eventually("it waits for the cluster") {
            process.stderr.contains("the cluster cannot be followed")
        }
        process.send(signal)
        #expect(try process.waitForEnd(within: .seconds(5)) == .exit(0))
    }

    @Test func `no request of a load fails when it is told to end`() throws {
        try withDraining(["drain-delay": "1s", "drain-time": "10s"], Self.answering) {
            gateway, _ throws in
            let client = Background { [port = gateway.external] in
                // One connection per answer, as long as the port accepts.
                var count = 0
                while let client = try? RawClient(port: port) {
                    try client.send(ask())
                    let answer = try client.readResponse()
                    guard answer.status == 200 else { throw TestFault(answer.startLine) }
                    count += 1
                }
                return count
            }
            gateway.process.send(SIGTERM)
            #expect(try client.value() > 10)
            #expect(try gateway.process.waitForEnd() == .exit(0))
        }
    }
}
