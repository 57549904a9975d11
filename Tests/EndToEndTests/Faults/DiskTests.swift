import Foundation
import TestSupport
import Testing

/// A disk that is full, as a small one of memory that only the gateway sees mounted.
@Suite(.enabled(if: geteuid() == 0, "only root may mount")) struct `Full disk` {
    /// A gateway whose folder `disk` has 64 KiB; `body` gets the folder as seen from here.
    private func withDisk(
        _ files: [String: String], settings: (String) -> [String: String],
        _ body: (Gateway, String) throws -> Void
    ) throws {
        let folder = try ScratchFolder()
        let disk = folder.path("disk")
        try FileManager.default.createDirectory(
            atPath: disk, withIntermediateDirectories: false)
        let mounting = "mount -t tmpfs -o size=64k tmpfs \"$0\" && exec \"$@\""
        let gateway = try Gateway(
            files, settings: settings(disk),
            wrapper: ["/usr/bin/unshare", "-m", "/bin/sh", "-c", mounting, disk])
        defer { #expect(gateway.stop() == .exit(0), "\(gateway.process.stderr.suffix(2000))") }
        try body(gateway, "/proc/\(gateway.process.pid)/root\(disk)")
    }

    /// Writes until there is no room.
    private func fill(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TestFault("\(path): errno \(errno)") }
        defer { close(descriptor) }
        for size in [4096, 1] {
            while write(descriptor, [UInt8](repeating: 0, count: size), size) > 0 {}
        }
        #expect(errno == ENOSPC)
    }

    @Test func `the access log loses lines, counts them and goes on`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        try withDisk(files) {
            ["access-log": "text", "access-log-file": $0 + "/log"]
        } _: { gateway, disk throws in
            try fill(disk + "/fill")
            let load = LoadClient(
                port: gateway.external, connections: 4, requests: [ask()], count: 1000)
            #expect(try load.finish(isCounted: true).failures.isEmpty)
            try gateway.waitForMetric("weir_access_log_lost_total") { $0 > 900 }
            let complaints = gateway.process.stderr.split(separator: "\n").filter {
                $0.contains("No space left on device, lines are lost")
            }
            #expect(complaints.count == 1)
            unlink(disk + "/fill")
            try eventually("lines are written again") { () throws in
                #expect(
                    try RawClient.ask(port: gateway.external, ask("GET", "/late")).status == 200)
                let text = (try? String(contentsOfFile: disk + "/log", encoding: .utf8)) ?? ""
                return text.contains("GET /late ")
            }
            #expect(gateway.process.stderr.contains("lines can be written again"))
        }
    }

    @Test func `a rollout that cannot be kept goes on, and is kept once there is room`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        func manifests(_ count: Int) -> String {
            let revisions = (1...count).map {
                Manifests.revision("app-0000\($0)", ports: [upstream.port], owner: "app")
                    .replacing(
                        "metadata:\n",
                        with: "metadata:\n  creationTimestamp: 2026-01-0\($0)T00:00:00Z\n")
            }
            let service = Manifests.service("app", [.init(nil, 100)]).replacing(
                "  namespace: default\n",
                with: "  namespace: default\n  annotations:\n"
                    + "    serving.knative.dev/rollout-duration: \"600s\"\n")
            return Manifests.file(revisions + [service])
        }
        try withDisk(["app.yaml": manifests(1)]) {
            ["state-dir": $0]
        } _: { gateway, disk throws in
            try fill(disk + "/fill")
            let version = try gateway.apply("app.yaml", manifests(2))
            #expect(version > 1)
            try eventually("it is said") {
                gateway.process.stderr.contains("cannot be written, rollouts are not kept")
            }
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 200)
            #expect(try gateway.routes().contains("app-00002"))
            #expect(try gateway.get("/readyz", port: gateway.status).status == 200)
            unlink(disk + "/fill")
            // With the next change at the latest.
            try gateway.apply("other.yaml", Manifests.simple("other", ports: [upstream.port]))
            try eventually("it is kept") {
                let text = try? String(contentsOfFile: disk + "/rollouts.json", encoding: .utf8)
                return text?.contains("app-00001") == true
            }
        }
    }
}
