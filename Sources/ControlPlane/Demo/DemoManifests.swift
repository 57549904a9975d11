internal import Foundation
internal import Reactor
internal import TLS

/// The manifests of the demo: `conf/demo` where that is found, with the upstreams' real ports.
package enum DemoManifests {
    /// The Route whose split is shown.
    static let route = "hello"
    /// The revisions in the order of their ports.
    package static let revisions = ["hello-00001", "hello-00002", "hello-00003"]
    /// The ports that `conf/demo` says.
    package static let samplePorts = [9001, 9002, 9003]

    /// Writes them into a new folder, for the upstreams at these ports, and gives the folder.
    static func write(ports: [Int]) throws -> String {
        let folder =
            NSTemporaryDirectory() + "weir-demo-\(UUID().uuidString)"
        // Nobody can have made it before, or look into it.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        var text = found() ?? sample
        for (old, new) in zip(samplePorts, ports) {
            text = text.replacing("127.0.0.1:\(old)", with: "127.0.0.1:\(new)")
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/hello.yaml"))
        try Data(try secret().utf8).write(to: URL(fileURLWithPath: folder + "/certificate.yaml"))
        return folder
    }

    /// A Secret with a new certificate for the demo's hosts, good for 30 days.
    private static func secret() throws(GatewayFault) -> String {
        let now = Int64(Clock.wall() / 1_000_000_000)
        let names = ["*.default.example.com"]
        guard let made = SelfSigned(names: names, from: now - 3600, until: now + 30 * 86400) else {
            throw GatewayFault("a certificate cannot be made")
        }
        func block(_ pem: [UInt8]) -> String {
            String(decoding: pem, as: UTF8.self).split(separator: "\n").map { "    \($0)\n" }
                .joined()
        }
        return """
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/tls
            metadata: {name: demo, namespace: default}
            stringData:
              tls.crt: |
            \(block(made.chain))  tls.key: |
            \(block(made.key))
            """
    }

    /// `conf/demo/hello.yaml` in the working folder, or above the program's own.
    private static func found() -> String? {
        var places = [FileManager.default.currentDirectoryPath]
        var own = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        for _ in 0..<4 {
            own.deleteLastPathComponent()
            places.append(own.path)
        }
        for place in places {
            do throws(SmallFile.Refusal) {
                return try SmallFile.text(place + "/conf/demo/hello.yaml", sizeMax: 1 << 20)
            } catch {
                continue
            }
        }
        return nil
    }
}
