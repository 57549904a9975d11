import TestSupport
import Testing

/// What a gRPC client sees when the gateway itself has to answer.
@Suite struct `gRPC without an upstream` {
    /// Speaks HTTP/2, and answers a stream with a head that has no status.
    private static let wrong: ScriptedUpstream.Script = { connection in
        _ = try connection.readExactly("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8.count)
        try connection.send([0, 0, 0, 4, 0, 0, 0, 0, 0])
        var frame = try connection.readExactly(9)
        while frame[3] != 1 {
            _ = try connection.readExactly(Int(frame[1]) << 8 | Int(frame[2]))
            frame = try connection.readExactly(9)
        }
        let block: [UInt8] = [0, 1, 0x61, 1, 0x62]
        try connection.send([0, 0, UInt8(block.count), 1, 5] + frame[5...] + block)
        try connection.waitForEnd()
    }

    @Test(arguments: Transport.allCases)
    func `a status says what is wrong`(transport: Transport) throws {
        let closed = try Socket.bind().port
        let wrong = try ScriptedUpstream(Self.wrong)
        defer { wrong.stop() }
        let more = [
            "closed.yaml": Manifests.simple("closed", ports: [closed], isH2C: true),
            "wrong.yaml": Manifests.simple("wrong", ports: [wrong.port], isH2C: true),
            "empty.yaml": Manifests.route("empty", [Manifests.Traffic("empty-00001", 100)]),
        ]
        try withUpstreams("grpc_upstream", isH2C: true, more: more) { stage throws in
            let hosts = ["nobody", "empty", "closed", "wrong"].map { $0 + ".default.example.com" }
            let answer = try PythonProgram.run(
                "grpc_client", ["nowhere"] + hosts + stage.address(transport),
                as: [String: GRPCStatus].self)
            let codes = hosts.map { answer[$0]?.code ?? "none" }
            #expect(codes == ["UNIMPLEMENTED", "UNAVAILABLE", "UNAVAILABLE", "INTERNAL"])
            // The fault of one is none of the other calls'.
            let good = try stage.ask(
                "grpc_client", transport, "all", "--calls", "100", as: GRPCAnswer.self)
            #expect(good.calls == 100)
            for (route, status) in [("empty", "14"), ("closed", "14"), ("wrong", "13")] {
                try stage.gateway.waitForMetric(
                    "weir_grpc_requests_total", ["route": route, "grpc_status": status]
                ) { $0 == 1 }
            }
        }
    }
}
