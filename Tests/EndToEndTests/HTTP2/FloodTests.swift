import TestSupport
import Testing

/// Clients that make the gateway work for nothing: their connections end and are counted, memory
/// stays, and a client that behaves notices nothing.
@Suite(.serialized) struct `HTTP/2 floods` {
    /// How much a flood may make the process grow.
    private static let growthKilobytesMax = 16 << 10

    @Test(arguments: H2Flood.all)
    func `a flood ends its connection`(flood: H2Flood) throws {
        try besideOthers { gateway throws in
            let client = try H2Client(silentlyTo: gateway.external)
            try client.start(settings: flood.settings)
            do {
                try flood.act(client)
            } catch WireFault.reset {
                // It ended before all was said.
            }
            try client.waitForEnd(within: .seconds(10))
            if let goAway = client.goAway { #expect(flood.codes.contains(goAway.code)) }
            try Self.expectOne(of: flood.reasons, gateway)
        }
    }

    /// Each stream names one field of 4 KiB sixteen thousand times, in 16 KiB.
    @Test(arguments: ["x-bomb", "cookie"])
    func `a bomb of indexed fields is refused`(name: String) throws {
        try besideOthers { gateway throws in
            let client = try H2Client(port: gateway.external)
            let long = String(repeating: "a", count: 4096 - 32 - name.utf8.count)
            let first = HPACKWriter.block {
                $0.raw(HPACKWriter.block(fields()))
                $0.literal(name, long, .incremental)
            }
            let bomb = HPACKWriter.block {
                $0.raw(HPACKWriter.block(fields()))
                $0.raw([UInt8](repeating: 0x80 | 62, count: 16_000))
            }
            try client.send(.headers(1, first))
            #expect(try client.readResponse(1).status == 200)
            do {
                for stream in stride(from: UInt32(3), to: 103, by: 2) {
                    try client.send(.headers(stream, bomb))
                    let outcome = try client.outcome(of: stream)
                    if case .answered(let message) = outcome { #expect(message.status == 431) }
                    if client.hasFailed && client.messages[stream]?.code == nil { break }
                }
            } catch WireFault.reset {
                // The connection may be ended for it.
            }
            try Self.expectOne(
                of: ["h2_header_bomb", "head_too_large", "too_many_fields"], gateway)
        }
    }

    @Test func `windows that never open end their connection`() throws {
        try besideOthers(settings: ["stall-timeout": "1s"]) { gateway throws in
            let client = try H2Client(port: gateway.external, settings: [.initialWindowSize(0)])
            try Self.stall(client)
            try Self.expectOne(of: ["h2_stalled"], gateway)
        }
    }

    @Test func `windows that open by a byte now and then end their connection`() throws {
        try besideOthers(settings: ["stall-timeout": "1s"]) { gateway throws in
            let client = try H2Client(port: gateway.external, settings: [.initialWindowSize(1)])
            client.wire.isUpdatingWindows = false
            let asked = try (0..<90).map { _ in try client.request(fields("GET", large)) }
            try client.waitUntil("all are given up", within: .seconds(20)) {
                if client.ending == nil { try? client.send(.windowUpdate(asked[0], 1)) }
                return client.ending != nil
                    || asked.allSatisfy { client.messages[$0]?.code != nil }
            }
            try Self.expectOne(of: ["h2_stalled"], gateway)
        }
    }

    @Test func `a window of the connection that never opens ends it`() throws {
        try besideOthers(settings: ["stall-timeout": "1s"]) { gateway throws in
            let client = try H2Client(
                port: gateway.external, settings: [.initialWindowSize(1 << 20)])
            try Self.stall(client)
            try Self.expectOne(of: ["h2_stalled"], gateway)
        }
    }

    @Test func `a client that does not read its socket is ended`() throws {
        try besideOthers(settings: ["stall-timeout": "1s"]) { gateway throws in
            let client = try H2Client(
                port: gateway.external, settings: [.initialWindowSize(H2Wire.windowMax)],
                receiveBuffer: 4096)
            try client.send(.windowUpdate(0, H2Wire.windowMax - 65535))
            for _ in 0..<90 { try client.request(fields("GET", large)) }
            try Self.expectOne(of: ["h2_stalled"], gateway)
            // What it reads at last may be cut within a frame.
            do {
                try client.waitForEnd(within: .seconds(10))
            } catch WireFault.ended {}
        }
    }

    /// Asks for a lot, takes nothing, and waits until all of it was given up.
    private static func stall(_ client: H2Client) throws {
        client.wire.isUpdatingWindows = false
        let asked = try (0..<90).map { _ in try client.request(fields("GET", large)) }
        try client.waitUntil("all are given up", within: .seconds(20)) {
            client.ending != nil || asked.allSatisfy { client.messages[$0]?.code != nil }
        }
    }

    private static func expectOne(of reasons: [String], _ gateway: Gateway) throws {
        var seen: [String: Double] = [:]
        do {
            try eventually("\(reasons)", within: .seconds(10)) {
                seen = try gateway.refusals()
                return reasons.contains { seen[$0] ?? 0 >= 1 }
            }
        } catch {
            throw TestFault("\(error); counted are \(seen)")
        }
    }

    /// Runs `attack` while a client on another connection asks all the time, and sees that this one
    /// never fails, that a new one is answered, and that memory stays.
    private func besideOthers(
        settings: [String: String] = [:], _ attack: (Gateway) throws -> Void
    ) throws {
        try withPlainApp(settings: settings) { gateway, _ throws in
            let isOver = Latch()
            let isWarm = Latch()
            defer { isOver.open() }
            let load = Background {
                let client = try H2Client(port: gateway.external)
                var count = 0
                while !isOver.isOpen {
                    let answer = try client.ask(fields())
                    guard answer.status == 200 else { throw TestFault("\(answer.status)") }
                    count += 1
                    if count == 200 { isWarm.open() }
                }
                return count
            }
            try isWarm.wait("the other client is answered")
            let before = gateway.process.residentKilobytes
            try attack(gateway)
            let after = gateway.process.residentKilobytes
            let highest = after.peak > before.peak ? after.peak : after.now
            #expect(highest - before.now < Sanitizers.growth(Self.growthKilobytesMax))
            isOver.open()
            #expect(try load.value() > 200)
            #expect(try H2Client.ask(port: gateway.external, fields()).status == 200)
        }
    }
}
