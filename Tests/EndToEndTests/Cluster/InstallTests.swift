import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// What conf/kubernetes says fits together, and fits the program.
@Suite struct InstallTests {
    private static let folder = RepositoryPath.of("conf/kubernetes")

    private func documents(_ file: String) throws -> [JSONValue] {
        try JSONValue.documents(
            yaml: String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8))
    }

    private func object(_ kind: String, _ name: String, in file: String) throws -> JSONValue {
        try #require(
            documents(file).first { $0["kind"].text == kind && $0["metadata"]["name"].text == name }
        )
    }

    @Test func `the kustomization lists every file`() throws {
        let listed = try documents("kustomization.yaml")[0]["resources"].items.compactMap(\.text)
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter {
            $0.hasSuffix(".yaml") && $0 != "kustomization.yaml"
        }
        #expect(listed.sorted() == files.sorted())
        for file in files { #expect(try !documents(file).isEmpty) }
    }

    @Test func `its settings are settings`() throws {
        let text = try #require(
            object("ConfigMap", "weir", in: "config.yaml")["data"]["weir.yaml"].text)
        let folder = try ScratchFolder()
        try text.write(toFile: folder.path("weir.yaml"), atomically: true, encoding: .utf8)
        let check = try ChildProcess([Gateway.binary(), "check", folder.path("weir.yaml")])
        #expect(try check.waitForEnd() == .exit(0), "\(check.stdout)\(check.stderr)")
        #expect(text.contains("kubernetes: true"))
    }

    @Test func `ports, probes, names and times agree`() throws {
        let pod = try object("Deployment", "weir", in: "deployment.yaml")["spec"]["template"][
            "spec"]
        let container = pod["containers"].items[0]
        let ports = Dictionary(
            uniqueKeysWithValues: container["ports"].items.map {
                ($0["name"].text ?? "", $0["containerPort"].description)
            })
        #expect(
            ports == [
                "http": "8080", "https": "8443", "http-internal": "8081", "https-internal": "8444",
                "status": "9090",
            ])
        for (service, names) in [
            ("weir", ["http", "https"]), ("weir-internal", ["http-internal", "https-internal"]),
        ] {
            let spec = try object("Service", service, in: "services.yaml")["spec"]
            #expect(spec["ports"].items.map { $0["port"].description } == ["80", "443"])
            #expect(spec["ports"].items.compactMap { $0["targetPort"].text } == names)
            #expect(spec["selector"] == ["app": "weir"])
        }
        #expect(container["readinessProbe"]["httpGet"]["path"].text == "/readyz")
        #expect(container["livenessProbe"]["httpGet"]["path"].text == "/healthz")
        #expect(container["lifecycle"].isNull)
        let security = container["securityContext"]
        #expect(security["readOnlyRootFilesystem"] == true)
        #expect(pod["securityContext"]["runAsNonRoot"] == true)
        // The process must end by itself before it is killed.
        #expect(pod["terminationGracePeriodSeconds"].description == "75")
        let settings = try #require(
            object("ConfigMap", "weir", in: "config.yaml")["data"]["weir.yaml"].text)
        #expect(settings.contains("drain-time: 60s"))
    }

    @Test func `the image has no shell, and no user that may do all`() throws {
        let text = try String(contentsOfFile: Self.folder + "/Containerfile", encoding: .utf8)
        let last = try #require(text.components(separatedBy: "\nFROM ").last)
        #expect(last.hasPrefix("scratch"))
        #expect(last.contains("USER 65532:65532"))
        #expect(last.contains("ENTRYPOINT [\"/usr/bin/weir\"]"))
        #expect(!last.contains("RUN "))
    }
}
