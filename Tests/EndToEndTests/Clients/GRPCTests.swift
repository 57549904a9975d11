import TestSupport
import Testing

/// gRPC by Python's own client and server, which use gRPC's C core.
@Suite(.serialized) struct `gRPC` {
    private func withOne(_ body: (ClientStage) throws -> Void) throws {
        try withUpstreams("grpc_upstream", isH2C: true, body)
    }

    private func withTwo(_ body: (ClientStage) throws -> Void) throws {
        try withUpstreams("grpc_upstream", ["one", "two"], isH2C: true, body)
    }

    @Test(arguments: [(Transport.plain, 10_000), (.secure, 2_000)])
    func `calls of every kind get their replies`(transport: Transport, calls: Int) throws {
        try withTwo { stage throws in
            let answer = try stage.ask(
                "grpc_client", transport, "all", "--calls", "\(calls)", as: GRPCAnswer.self,
                within: .seconds(180))
            #expect(answer.calls == calls)
            #expect(
                answer.kinds == [
                    "unary": calls * 7 / 10, "collect": calls / 10, "expand": calls / 10,
                    "chat": calls / 10,
                ])
            #expect(answer.names == ["one": calls / 2, "two": calls / 2])
            try stage.gateway.waitForMetric(
                "weir_requests_total", ["protocol": "grpc", "code": "200"]
            ) { Int($0) == calls }
            try stage.gateway.waitForMetric(
                "weir_grpc_requests_total",
                ["namespace": "default", "route": "app", "revision": "app-one", "grpc_status": "0"]
            ) { Int($0) == calls / 2 }
        }
    }

    @Test(arguments: Transport.allCases)
    func `streams of one connection are split, and stay where they are`(
        transport: Transport
    ) throws {
        try withTwo { stage throws in
            let answer = try stage.ask("grpc_client", transport, "split", as: GRPCAnswer.self)
            #expect(answer.streams == 90)
            #expect(answer.names == ["one": 45, "two": 45])
        }
    }

    @Test(arguments: Transport.allCases)
    func `every status comes through with its details and metadata`(transport: Transport) throws {
        try withOne { stage throws in
            let answer = try stage.ask("grpc_client", transport, "errors", as: GRPCAnswer.self)
            #expect(answer.statuses == 32)
            for status in 1...16 {
                try stage.gateway.waitForMetric(
                    "weir_grpc_requests_total",
                    ["route": "app", "revision": "app-one", "grpc_status": "\(status)"]
                ) { $0 == 2 }
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `metadata passes both ways, in front and behind`(transport: Transport) throws {
        /// What the upstream says that it saw.
        struct Seen: Decodable {
            var metadata: [[String]]
        }
        try withOne { stage throws in
            let seen = try stage.ask("grpc_client", transport, "metadata", as: Seen.self)
            func values(_ name: String) -> [String] {
                seen.metadata.filter { $0[0] == name }.map { $0[1] }
            }
            #expect(values("x-text").joined(separator: ",").filter { $0 != " " } == "one,two")
            #expect(values("x-data-bin").first?.count == 512)
            #expect(values("x-forwarded-for") == ["127.0.0.1"])
            #expect(values("knative-serving-revision") == ["app-one"])
        }
    }

    @Test(arguments: Transport.allCases)
    func `a call that the client gives up is given up at the upstream`(
        transport: Transport
    ) throws {
        try withTwo { stage throws in
            let answer = try stage.ask("grpc_client", transport, "cancel", as: GRPCAnswer.self)
            #expect(answer.cancelled == 10)
            try stage.gateway.waitForMetric("weir_active_requests") { $0 == 0 }
        }
    }

    @Test(arguments: Transport.allCases)
    func `the deadline is passed on`(transport: Transport) throws {
        try withOne { stage throws in
            let answer = try stage.ask("grpc_client", transport, "deadline", as: GRPCAnswer.self)
            #expect(try #require(answer.remaining) > 4)
            #expect(stage.upstreams[0].lines == ["cancelled Sleep"])
        }
    }

    @Test func `a call under way is finished when the gateway is told to end`() throws {
        try withUpstreams(
            "grpc_upstream", isH2C: true, settings: ["drain-delay": "0s", "drain-time": "20s"],
            isEnded: true
        ) { stage throws in
            let client = try ChildProcess(
                PythonProgram.command(
                    "grpc_client", ["slow", "--calls", "5"] + stage.address(.plain)))
            try eventually("calls are under way", within: .seconds(20)) {
                try stage.gateway.metrics().sum("weir_active_requests") == 5
            }
            stage.gateway.process.send(15)
            #expect(try client.waitForEnd(within: .seconds(20)) == .exit(0), "\(client.stderr)")
        }
    }
}
