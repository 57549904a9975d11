import Foundation
import Testing

@testable import ControlPlane

@Suite struct ExecPluginTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// A plugin that is a shell script, found through a kubeconfig.
    private func plugin(_ script: String, more: String = "", version: String = "v1") throws
        -> ExecPlugin
    {
        try folder.write("plugin", "#!/bin/sh\n" + script)
        try folder.permit("plugin", 0o755)
        try folder.write(
            "config",
            """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: https://api:6443
                extensions:
                - {name: client.authentication.k8s.io/exec, extension: {audience: us, level: 3}}
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/\(version)
                  command: ./plugin
                  interactiveMode: Never
                  args: [one, two words]
                  env: [{name: WHO, value: weir}]
                  installHint: ask the smith
                  \(more)
            """)
        let access = try ClusterAccess.kubeconfig(
            paths: [folder.path("config")], context: nil, environment: ["PATH": "/usr/bin:/bin"])
        guard case .plugin(let plugin) = access.identity.bearer else {
            throw GatewayFault("no plugin")
        }
        return plugin
    }

    private func answer(_ status: String, version: String = "v1") -> String {
        "echo '{\"apiVersion\":\"client.authentication.k8s.io/\(version)\","
            + "\"kind\":\"ExecCredential\",\"status\":\(status)}'"
    }

    @Test(arguments: ["v1", "v1beta1"])
    func `a plugin gives a token, with arguments and environment of ours`(version: String)
        async throws
    {
        let script = """
            [ "$1,$2,$WHO" = "one,two words,weir" ] || exit 3
            printf '%s' "$KUBERNETES_EXEC_INFO" > \(folder.path("info"))

            """
        let plugin = try plugin(
            script
                + answer(
                    #"{"token":"abc","expirationTimestamp":"2099-01-01T00:00:00Z"}"#,
                    version: version),
            more: "provideClusterInfo: true", version: version)
        let found = try await plugin.run().get()
        #expect(found.token == SecretText("abc"))
        #expect(!found.isExpired)
        let info = Array(try String(contentsOfFile: folder.path("info"), encoding: .utf8).utf8)
        let slices = JSONSlices(info)
        #expect(
            slices.text(slices.value("apiVersion", in: slices.whole))
                == "client.authentication.k8s.io/\(version)")
        let spec = slices.value("spec", in: slices.whole)
        let cluster = slices.value("cluster", in: spec)
        #expect(slices.value("interactive", in: spec).flatMap { slices.raw($0) } == "false")
        #expect(slices.text(slices.value("server", in: cluster)) == "https://api:6443")
        #expect(
            slices.value("config", in: cluster).flatMap { slices.raw($0) }
                == #"{"audience":"us","level":3}"#)
    }

    @Test func `a credential ends when it says so`() async throws {
        let old = #"{"token":"abc","expirationTimestamp":"2020-01-01T00:00:00.5Z"}"#
        #expect(try await plugin(answer(old)).run().get().isExpired)
        let endless = try await plugin(answer(#"{"token":"abc"}"#)).run().get()
        #expect(!endless.isExpired)
    }

    @Test(arguments: [
        ("exit 7", "code 7"), ("echo SESAME", "no ExecCredential"), ("true", "no ExecCredential"),
        ("kill -9 $$", "code"),
        (#"echo '{"kind":"ExecCredential","apiVersion":"SESAME","status":{}}'"#, "another kind"),
        (
            #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'"#,
            "no status"
        ),
        ("yes SESAME", "more than"),
    ])
    func `a plugin that fails says so, with the hint, and shows nothing it printed`(
        script: String, says: String
    ) async throws {
        try await refused(script, says)
    }

    @Test(arguments: [
        ("{}", "neither"), (#"{"clientKeyData":"SESAME"}"#, "both"),
        (#"{"token":"SESAME","expirationTimestamp":"tomorrow"}"#, "expirationTimestamp"),
    ])
    func `an answer that lacks something is refused`(status: String, says: String) async throws {
        try await refused(answer(status), says)
    }

    private func refused(_ script: String, _ says: String) async throws {
        guard case .failure(.unauthorized(let text)) = await (try plugin(script)).run() else {
            Issue.record("not refused")
            return
        }
        #expect(text.contains(says), "\(text)")
        #expect(text.contains("ask the smith") && text.contains("users[u].user.exec"))
        #expect(!text.contains("SESAME") && !text.contains("\n"))
    }

    @Test func `a plugin that cannot be run says why, and runs once it is written`() async throws {
        let plugin = try plugin(answer(#"{"token":"abc"}"#))
        let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("plugin")))
        guard case .failure(let busy) = await plugin.run() else {
            Issue.record("it ran while it was written")
            return
        }
        #expect("\(busy)".contains("cannot be run: Text file busy"), "\(busy)")
        async let found = plugin.run()
        try writer.close()
        #expect(try await found.get().token == SecretText("abc"))
        try folder.permit("plugin", 0o644)
        guard case .failure(let barred) = await plugin.run() else {
            Issue.record("it ran though it may not")
            return
        }
        #expect("\(barred)".contains("cannot be run: Permission denied"), "\(barred)")
    }

    @Test func `a plugin that does not end is ended`() async throws {
        let run = ExecRun(
            path: "/bin/sh", arguments: ["-c", "exec sleep 60"], environment: [:],
            time: .milliseconds(50))
        await #expect(throws: ExecRefusal.self) { try await run.output() }
    }

    @Test func `calls share one run, and a refused token has it run again once`() async throws {
        let plugin = try plugin(
            "echo x >> \(folder.path("runs"))\n" + answer(#"{"token":"abc"}"#))
        let access = ClusterAccess(
            server: APIServer(isTLS: false, host: "127.0.0.1", port: 1),
            identity: ClusterIdentity(.plugin(plugin)))
        let keeper = AccessKeeper(access)
        let serials = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await keeper.pass().serial } }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(serials.count == 1)
        #expect(try runs() == 1)
        let serial = try #require(serials.first)
        // It was run just now: asking again would be asking in a circle.
        #expect(await !keeper.refuse(serial))
        #expect(try await keeper.pass().authorization == SecretText("Bearer abc"))
        #expect(try runs() == 1)
    }

    @Test func `a refused token has the plugin run again, once for all who were refused`()
        async throws
    {
        let plugin = try plugin(
            "echo x >> \(folder.path("runs"))\n" + answer(#"{"token":"abc"}"#))
        let access = ClusterAccess(
            server: APIServer(isTLS: false, host: "127.0.0.1", port: 1),
            identity: ClusterIdentity(.plugin(plugin)))
        let keeper = AccessKeeper(access, renewEvery: .zero)
        let serial = try await keeper.pass().serial
        #expect(await keeper.refuse(serial))
        #expect(await keeper.refuse(serial))
        #expect(try await keeper.pass().serial != serial)
        #expect(try runs() == 2)
    }

    @Test func `an authority's file is read again when no connection comes about`() async throws {
        try folder.write("ca.crt", try TestCertificate.authority())
        let access = ClusterAccess(
            server: APIServer(isTLS: true, host: "127.0.0.1", port: 1),
            authority: .file(folder.path("ca.crt")))
        let keeper = AccessKeeper(access, renewEvery: .zero)
        let first = try await keeper.pass()
        await keeper.distrust()
        #expect(try await keeper.pass().serial == first.serial)
        try folder.write("ca.crt", try TestCertificate.authority())
        await keeper.distrust()
        #expect(try await keeper.pass().serial != first.serial)
        // It is being replaced: what was good stays.
        try folder.remove("ca.crt")
        await keeper.distrust()
        #expect(try await keeper.pass().tls != nil)
    }

    private func runs() throws -> Int {
        try String(contentsOfFile: folder.path("runs"), encoding: .utf8).count / 2
    }
}
