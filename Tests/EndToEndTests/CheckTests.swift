import Foundation
import TestSupport
import Testing

/// `weir check` and `weir explain` on manifests, as people run them.
@Suite struct `Commands on manifests` {
    private func run(_ files: [String: String], _ arguments: [String]) throws -> Tool.Output {
        let scratch = try ScratchFolder()
        let folder = try ManifestFolder(path: scratch.path)
        for (name, text) in files { try folder.write(name, text) }
        return try Tool.run(
            [Gateway.binary()] + arguments.map { $0 == "PATH" ? scratch.path : $0 })
    }

    @Test func `check finds nothing in what is good`() throws {
        let output = try run(["app.yaml": Manifests.simple("app", ports: [1])], ["check", "PATH"])
        #expect(output.ending == .exit(0), "\(output.stdout)\(output.stderr)")
    }

    @Test func `check says what is wrong, one line each with file, line and field`() throws {
        let files = [
            "route.yaml": Manifests.route("app", [.init("app-00001", 90)]),
            "secret.yaml": Manifests.secret(
                "s", type: "kubernetes.io/tls", ["tls.crt": "no", "tls.key": "a-key-nobody-sees"]),
            "rules.yaml": Manifests.file(
                Manifests.revision("b-1", ports: [1]),
                Manifests.route(
                    "b", [.init("b-1", 100)],
                    annotations: ["weir.dev/rules": "[{path-regex: '(', revision: b-1}]"])),
            "weir.yaml": "workers: many\n",
        ]
        let output = try run(files, ["check", "PATH"])
        #expect(output.ending == .exit(1))
        for pattern in [
            #/route\.yaml:\d+: .*sum to 90, want 100/#, #/secret\.yaml:\d+: /#,
            #/rules\.yaml:\d+: .*weir\.dev/rules/#, #/weir\.yaml:1/#,
        ] {
            #expect(output.stdout.contains(pattern), "\(output.stdout)\(output.stderr)")
        }
        #expect(!(output.stdout + output.stderr).contains("a-key-nobody-sees"))
        let json = try run(files, ["check", "PATH", "-o", "json"])
        #expect(json.ending == .exit(1))
        _ = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8))
    }

    @Test func `check ends with 2 where it could not look`() throws {
        let output = try run([:], ["check", "/nowhere/at/all"])
        #expect(output.ending == .exit(2), "\(output.stdout)\(output.stderr)")
    }

    @Test func `explain reads manifests as the gateway would`() throws {
        let output = try run(
            ["app.yaml": Manifests.simple("app", ports: [1])],
            ["explain", "GET", "http://\(app)/x", "--manifests", "PATH"])
        #expect(output.ending == .exit(0), "\(output.stderr)")
        #expect(output.stdout.contains("app-00001"))
        let other = try run(
            ["app.yaml": Manifests.simple("app", ports: [1])],
            ["explain", "GET", "http://nobody/", "--manifests", "PATH", "-o", "json"])
        _ = try JSONSerialization.jsonObject(with: Data(other.stdout.utf8))
        #expect(!other.stdout.contains("app-00001"))
    }
}
