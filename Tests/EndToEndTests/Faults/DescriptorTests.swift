import TestSupport
import Testing

/// No slot or no descriptor is free: who comes waits or is told so, and all is well afterwards.
@Suite struct `Out of descriptors` {
    @Test func `connections beyond the room wait in the kernel until there is some`() throws {
        let upstream = try ScriptedUpstream(answerPlainly)
        defer { upstream.stop() }
        // To the last slot no revision may have more than three.
        let names = (0..<29).map { "app\($0)" }
        let files = names.map { ("\($0).yaml", Manifests.simple($0, ports: [upstream.port])) }
        try withGateway(Dictionary(uniqueKeysWithValues: files), descriptors: 300) {
            gateway throws in
            // Half of 300 - 128, each in the midst of its request.
            let clients = try (0..<86).map { number throws in
                let client = try RawClient(port: gateway.external, from: UInt8(2 + number))
                let host = "\(names[number / 3]).default.example.com"
                try client.send(
                    "POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 5\r\n\r\nhell")
                return client
            }
            try gateway.waitForMetric("weir_active_requests") { $0 == 86 }
            let waiting = try RawClient(port: gateway.external, from: 100)
            try waiting.send("GET / HTTP/1.1\r\nHost: \(names[28]).default.example.com\r\n\r\n")
            try gateway.waitForMetric("weir_glitches_total", ["kind": "accept_pause"]) { $0 > 0 }
            #expect(try gateway.metrics().sum("weir_connections") == 86)
            #expect(try gateway.metrics().sum("weir_active_requests") == 86)
            // Those who are in are served all the while.
            try clients[1].send("o")
            #expect(try clients[1].readResponse().bodyText == "hello")
            clients[0].reset()
            #expect(try waiting.readResponse().status == 200)
            for client in clients { client.close() }
        }
    }

    @Test func `pooled connections make room for a revision that has none`() throws {
        let upstreams = try (0..<2).map { _ in try ScriptedUpstream(answerPlainly) }
        defer { for upstream in upstreams { upstream.stop() } }
        let hung = (0..<20).map { "app\($0)" }
        var files = ["pool.yaml": Manifests.simple("pool", ports: [upstreams[1].port])]
        for name in hung + ["last"] {
            files["\(name).yaml"] = Manifests.simple(name, ports: [upstreams[0].port])
        }
        try withGateway(files, settings: allTrusted, descriptors: 192) { gateway throws in
            func request(_ name: String, _ path: String = "/") -> [FieldLine] {
                pseudo("GET", path: path, authority: "\(name).default.example.com")
            }
            // 64 slots: a client, 12 in the pool, and 51 that hang.
            let client = try H2Client(port: gateway.external)
            let pool = try (0..<12).map { _ in
                try client.request(
                    pseudo("POST", authority: "pool.default.example.com"), endStream: false)
            }
            try eventually("12 connections") { upstreams[1].connections.count == 12 }
            for stream in pool { try client.wire.sendData(stream, [], isLast: true) }
            for stream in pool { #expect(try client.readResponse(stream).status == 200) }
            let streams = try (0..<51).map { try client.request(request(hung[$0 % 20], never)) }
            try gateway.waitForMetric("weir_active_requests") { $0 == 51 }
            // However short those in the pool have waited.
            #expect(try client.ask(request("last")).status == 200)
            try gateway.waitForMetric("weir_glitches_total", ["kind": "idle_evicted"]) { $0 >= 1 }
            #expect(try gateway.metrics().sum("weir_active_requests") == 51)
            for stream in streams { try client.send(.reset(stream, .cancel)) }
        }
    }

    @Test func `connections to a revision that was left are closed where others may need the room`()
        throws
    {
        let upstreams = try (0..<3).map { _ in try ScriptedUpstream(answerPlainly) }
        defer { for upstream in upstreams { upstream.stop() } }
        let (old, new) = (upstreams[1], upstreams[2])
        let hung = (0..<20).map { "app\($0)" }
        var files: [String: String] = [:]
        for name in hung {
            files["\(name).yaml"] = Manifests.simple(name, ports: [upstreams[0].port])
        }
        func route(_ name: String) -> String {
            Manifests.route("moving", [Manifests.Traffic(name, 100)])
        }
        files["old.yaml"] = Manifests.revision("old", ports: [old.port])
        files["new.yaml"] = Manifests.revision("new", ports: [new.port])
        files["moving.yaml"] = route("old")
        try withGateway(files, settings: allTrusted, descriptors: 192) { gateway throws in
            func request(_ name: String, _ path: String = "/") -> [FieldLine] {
                pseudo("GET", path: path, authority: "\(name).default.example.com")
            }
            // 64 slots: a client, 34 that hang, and one to the revision that is left.
            let client = try H2Client(port: gateway.external)
            #expect(try client.ask(request("moving")).status == 200)
            let streams = try (0..<34).map { try client.request(request(hung[$0 % 20], never)) }
            try gateway.waitForMetric("weir_active_requests") { $0 == 34 }
            try gateway.apply("moving.yaml", route("new"))
            #expect(try client.ask(request("moving")).status == 200)
            try eventually("the old one is closed") { try old.connection().isClosed }
            #expect(new.requests.count == 1)
            for stream in streams { try client.send(.reset(stream, .cancel)) }
        }
    }

    @Test func `who waits longest makes room for newcomers, and nobody under way does`() throws {
        try withApp(descriptors: 300) { gateway, _ throws in
            let busy = try RawClient(port: gateway.external, from: 2)
            try busy.send(ask("GET", never))
            let shared = try H2Client(port: gateway.external)
            let stream = try shared.request(fields("GET", never))
            try gateway.waitForMetric("weir_active_requests") { $0 == 2 }
            // One after the other, so that each waits for less than the one before.
            let idle = try (0..<84).map { number throws in
                let client = try RawClient(port: gateway.external, from: UInt8(3 + number))
                try client.send(ask())
                #expect(try client.readResponse().status == 200)
                return client
            }
            let newcomers = try (0..<5).map { number throws in
                let client = try RawClient(port: gateway.external, from: UInt8(100 + number))
                try client.send(ask())
                #expect(try client.readResponse().status == 200)
                return client
            }
            try gateway.waitForMetric("weir_glitches_total", ["kind": "idle_evicted"]) { $0 == 5 }
            for client in idle[..<5] { _ = try client.waitForEnd() }
            for client in idle[5...] + newcomers {
                try client.send(ask())
                #expect(try client.readResponse().status == 200)
            }
            #expect(try gateway.metrics().sum("weir_active_requests") == 2)
            busy.close()
            try shared.send(.reset(stream, .cancel))
        }
    }

    @Test func `an HTTP/2 client that waits is told before it makes room`() throws {
        try withApp(descriptors: 192) { gateway, _ throws in
            let idle = try H2Client(port: gateway.external)
            #expect(try idle.ask(fields()).status == 200)
            let others = try (0..<31).map { number throws in
                try RawClient(port: gateway.external, from: UInt8(2 + number))
            }
            try gateway.waitForMetric("weir_connections") { $0 == 32 }
            let newcomer = try RawClient(port: gateway.external, from: 100)
            try newcomer.send(ask())
            try idle.waitUntil("GOAWAY") { idle.wire.frameCounts[.goAway, default: 0] > 0 }
            idle.close()
            #expect(try newcomer.readResponse().status == 200)
            for client in others { client.close() }
        }
    }

    @Test func `one source has half of the room, and harms nobody`() throws {
        for settings in [[:], allTrusted] {
            try withApp(settings: settings, descriptors: 300) { gateway, _ throws in
                let others = try (0..<6).map { number throws in
                    let client = try RawClient(port: gateway.external, from: UInt8(3 + number))
                    try client.send(ask())
                    #expect(try client.readResponse().status == 200)
                    return client
                }
                // Of 86 slots for clients.
                let hog = try (0..<80).map { _ throws in
                    let client = try RawClient(port: gateway.external, from: 2)
                    if settings.isEmpty {
                        // Who is refused is reset, perhaps before this.
                        try? client.send(ask("POST", "/", "Content-Length: 5") + "half")
                    }
                    return client
                }
                let external = ["listener": "external-http"]
                let taken = settings.isEmpty ? 43.0 : 80.0
                try gateway.waitForMetric("weir_connections", external) { $0 == taken + 6 }
                if settings.isEmpty { try gateway.waitForRejections("client_connections", 37) }
                // All at once, of the same revision.
                for client in others { try client.send(ask()) }
                for client in others {
                    #expect(try client.readResponse().status == 200)
                    client.close()
                }
                for client in hog { client.close() }
                try gateway.waitForMetric("weir_connections", external) { $0 == 0 }
                let refused = try gateway.rejections("client_connections")
                #expect(refused == (settings.isEmpty ? 37 : 0))
                #expect(try gateway.metrics().sum("weir_glitches_total") == 0)
            }
        }
    }

    @Test func `a revision that hangs has three quarters of the room, and others the rest`() throws
    {
        let upstreams = try (0..<2).map { _ in try ScriptedUpstream(answerPlainly) }
        defer { for upstream in upstreams { upstream.stop() } }
        let files = [
            "app.yaml": Manifests.simple("app", ports: [upstreams[0].port]),
            "other.yaml": Manifests.simple("other", ports: [upstreams[1].port]),
        ]
        try withGateway(files, settings: allTrusted, descriptors: 192) { gateway throws in
            // 64 slots, of which the client has one: 48 for it leave 15, which are three times as many.
            let client = try H2Client(port: gateway.external)
            let streams = try (0..<80).map { _ in try client.request(fields("GET", never)) }
            try gateway.waitForMetric("weir_requests_total", ["flags": "UO", "code": "503"]) {
                $0 == 32
            }
            for stream in streams[48...] {
                let answer = try client.readResponse(stream)
                #expect(answer.status == 503)
                #expect(
                    answer.bodyText == "the gateway has no room for a request to the revision\n")
            }
            #expect(upstreams[0].connections.count == 48)
            let other = fields("GET", "/").map {
                $0.name == ":authority" ? .init(":authority", "other.default.example.com") : $0
            }
            let served = try (0..<8).map { _ in try client.request(other) }
            for stream in served { #expect(try client.readResponse(stream).status == 200) }
            for stream in streams[..<48] { try client.send(.reset(stream, .cancel)) }
            try eventually("there is room") {
                let stream = try client.request(fields())
                return try client.readResponse(stream).status == 200
            }
        }
    }

    @Test func `an idle HTTP/2 client of an address that has its share is told, and goes`() throws {
        try withApp(descriptors: 192) { gateway, _ throws in
            // Half of 32 slots, one after the other, so that the first waits longest.
            let idle = try (0..<16).map { _ throws in
                let client = try H2Client(port: gateway.external)
                #expect(try client.ask(fields()).status == 200)
                return client
            }
            try eventually("one goes for another", within: .seconds(20)) {
                (try? H2Client.ask(port: gateway.external, fields()).status) == 200
            }
            try idle[0].waitForEnd()
            #expect(idle[0].goAway?.code == .noError)
            for client in idle[1...] { #expect(try client.ask(fields()).status == 200) }
        }
    }

    /// Streams whose answers nobody takes need no upstream, but are there.
    @Test func `one source leaves a quarter of the streams to others`() throws {
        for settings in [[:], allTrusted] {
            try withApp(settings: settings, descriptors: 192) { gateway, _ throws in
                // 128 streams for 64 slots.
                let hogs = try (0..<2).map { _ throws in
                    try H2Client(
                        port: gateway.external, settings: [.enablePush(0), .initialWindowSize(0)])
                }
                var refused = 0
                for number in 0..<130 {
                    let hog = hogs[number % 2]
                    let stream = try hog.request(fields("GET", "/"))
                    try hog.waitUntil("a head or an end") {
                        hog.messages[stream].map { $0.status != 0 || $0.code != nil } ?? false
                    }
                    if let code = hog.messages[stream]?.code {
                        #expect(code == .refusedStream)
                        refused += 1
                    } else {
                        #expect(hog.messages[stream]?.status == 200)
                    }
                }
                #expect(refused == (settings.isEmpty ? 34 : 2))
                #expect(
                    try gateway.rejections("client_streams") == (settings.isEmpty ? 34 : 0))
                // Here there is none for anybody.
                #expect(try gateway.rejections("h2_no_room") == (settings.isEmpty ? 0 : 2))
                if settings.isEmpty {
                    // An answer that tells what is wrong is one, too.
                    let bad = try hogs[0].request(fields("GET", "/") + [.init("a_b", "1")])
                    let outcome = try hogs[0].outcome(of: bad)
                    if case .reset(.refusedStream) = outcome {
                    } else {
                        Issue.record("\(outcome)")
                    }
                    let other = try H2Client(port: gateway.external, from: 2)
                    let streams = try (0..<20).map { _ in try other.request(fields("GET", "/")) }
                    for stream in streams {
                        #expect(try other.readResponse(stream).status == 200)
                    }
                    other.close()
                }
                for hog in hogs { hog.close() }
                try eventually("there is room for it again") {
                    try H2Client.ask(port: gateway.external, fields()).status == 200
                }
            }
        }
    }

    @Test func `one source leaves slots for upstreams to others, whomever it asks`() throws {
        let upstream = try ScriptedUpstream(answerPlainly)
        defer { upstream.stop() }
        let names = (0..<8).map { "app\($0)" }
        let files = names.map { ("\($0).yaml", Manifests.simple($0, ports: [upstream.port])) }
        try withGateway(Dictionary(uniqueKeysWithValues: files), descriptors: 192) {
            gateway throws in
            func request(_ name: String, _ path: String = "/") -> [FieldLine] {
                pseudo("GET", path: path, authority: "\(name).default.example.com")
            }
            let client = try H2Client(port: gateway.external)
            let streams = try (0..<60).map { try client.request(request(names[$0 % 8], never)) }
            // Of 64 slots it has one itself, may take 15 more, and an eighth is for others.
            try gateway.waitForMetric("weir_requests_total", ["flags": "UO", "code": "503"]) {
                $0 == 20
            }
            try eventually("40 connections") { upstream.connections.count == 40 }
            // With what its clients take there is still that eighth.
            let more = try (0..<20).map { _ in try RawClient(port: gateway.external) }
            try gateway.waitForMetric("weir_connections", ["listener": "external-http"]) {
                $0 >= 16
            }
            let other = try H2Client(port: gateway.external, from: 2)
            for name in names { #expect(try other.ask(request(name)).status == 200) }
            for client in more { client.close() }
            for stream in streams[..<40] { try client.send(.reset(stream, .cancel)) }
            try eventually("there is room") { try client.ask(request("app0")).status == 200 }
        }
    }

    @Test func `when the process has no descriptor left it does not spin and comes back`() throws {
        // What the gateway itself has open, so that few are left for traffic.
        let own = try descriptorsOfAnIdleGateway()
        try withApp(descriptors: own + 20) { gateway, _ throws in
            var clients: [RawClient] = []
            for number in 0..<30 {
                clients.append(try RawClient(port: gateway.external, from: UInt8(2 + number)))
            }
            try eventually("no descriptor is left") {
                gateway.process.openDescriptors == own + 20
            }
            try eventually("it rests") { gateway.process.isAtRest }
            for client in clients { client.close() }
            try eventually("descriptors come back") {
                gateway.process.openDescriptors < own + 5
            }
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 200)
            try gateway.waitForMetric("weir_glitches_total", ["kind": "accept_pause"]) { $0 > 0 }
        }
    }

    /// Whose addresses stand for many clients each.
    private var allTrusted: [String: String] { ["trusted-cidrs": "[127.0.0.0/8]"] }

    private func withApp(
        settings: [String: String] = [:], descriptors: Int,
        _ body: (Gateway, ScriptedUpstream) throws -> Void
    ) throws {
        let upstream = try ScriptedUpstream(answerPlainly)
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        try withGateway(files, settings: settings, descriptors: descriptors) {
            try body($0, upstream)
        }
    }

    private func descriptorsOfAnIdleGateway() throws -> Int {
        let gateway = try Gateway([:])
        defer { gateway.stop() }
        var count = 0
        try untilStable("its descriptors") {
            count = gateway.process.openDescriptors
            return count
        }
        return count
    }
}
