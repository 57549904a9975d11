import Foundation
import TestSupport
import Testing

/// slowhttptest with 4,000 connections: who behaves well notices nothing.
@Suite(.serialized) struct `Slow clients` {
    private static let connections = 4000 / Deadline.patience

    /// Runs one attack until all its connections were made and `isOver` holds, and asks well all the
    /// while, over kept and over new connections.
    private func withstand(
        _ attack: [String], path: String, _ isOver: (Gateway) throws -> Bool,
        _ body: (Gateway) throws -> Void
    ) throws {
        let upstream = try NginxUpstream()
        defer { upstream.stop() }
        let files = [
            "app.yaml": Manifests.simple("app", ports: [upstream.port]),
            "local.yaml": Manifests.ingress("local", hosts: ["localhost"], to: "app-00001"),
        ]
        try withGateway(files) { gateway throws in
            let attacker = try ChildProcess(
                ["/usr/bin/slowhttptest", "-c", "\(Self.connections)", "-r", "2000", "-p", "10"]
                    + ["-l", "120"] + attack
                    + ["-u", "http://localhost:\(gateway.external)\(path)"])
            defer { attacker.stop() }
            let load = LoadClient(port: gateway.external, connections: 4, requests: [ask()])
            try eventually("all are there", within: .seconds(60)) { () throws in
                #expect(try RawClient.ask(port: gateway.external, ask()).status == 200)
                let metrics = try gateway.metrics()
                let open = metrics.sum("weir_connections")
                let late = metrics.sum("weir_rejected_requests_total", ["reason": "head_timeout"])
                return open + late >= Double(Self.connections)
            }
            for _ in 0..<50 {
                #expect(try RawClient.ask(port: gateway.external, ask()).status == 200)
            }
            try eventually("it is over", within: .seconds(30)) { try isOver(gateway) }
            let report = try load.finish()
            #expect(report.failures.isEmpty, "\(report.failures.prefix(3))")
            #expect(report.answers.allSatisfy { $0.status == 200 })
            #expect(report.answers.count > 100)
            attacker.send(SIGINT)
            try attacker.waitForEnd()
            // What slowhttptest itself thinks of it, from its own probes.
            let words = attacker.stdout.replacing(#/\u{1b}\[[0-9;]*m/#, with: "")
            #expect(words.contains("service available:   YES"))
            #expect(!words.contains("service available:   NO"), "\(words.suffix(2000))")
            try body(gateway)
            try gateway.waitForMetric("weir_connections", within: .seconds(20)) { $0 == 0 }
            try gateway.waitForMetric("weir_active_requests") { $0 == 0 }
        }
    }

    @Test func `heads that come by the byte are 408 after 15 seconds`() throws {
        try withstand(["-H", "-i", "3", "-x", "10"], path: "/") { gateway throws in
            try gateway.rejections("head_timeout") >= Double(Self.connections)
        } _: { gateway throws in
            let late = try gateway.rejections("head_timeout")
            #expect(
                try gateway.metrics().sum("weir_requests_total", ["code": "408", "flags": "DPE"])
                    == late)
        }
    }

    @Test func `bodies that come by the byte wait, and are let go of with their clients`() throws {
        let attack = ["-B", "-i", "2", "-s", "8192", "-x", "10"]
        try withstand(attack, path: "/post") { gateway throws in
            try gateway.metrics().sum("weir_active_requests") >= Double(Self.connections)
        } _: { gateway throws in
            try gateway.waitForMetric("weir_requests_total", ["flags": "DC", "code": "0"]) {
                $0 >= Double(Self.connections)
            }
        }
    }

    @Test func `answers that are read by the byte hold little`() throws {
        let attack = ["-X", "-n", "3", "-z", "8", "-w", "512", "-y", "1024", "-k", "1"]
        try withstand(attack, path: "/large") { gateway throws in
            try gateway.metrics().sum("weir_active_requests") >= Double(Self.connections)
        } _: { gateway throws in
            try gateway.waitForMetric("weir_requests_total", ["flags": "DC", "code": "200"]) {
                $0 >= Double(Self.connections)
            }
            // 64 KiB for each, and as much as one receive may bring beyond that.
            let peak = gateway.process.residentKilobytes.peak
            #expect(peak < Sanitizers.growth(Self.connections * 128 + (100 << 10)), "\(peak) KiB")
        }
    }
}
