/// A whole play, from its seed: weather, tables, upstreams, clients and when what happens.
package final class Scenario {
    package let seed: UInt64
    package let kernel: SimulatedKernel
    package let stage: Stage
    package private(set) var clients: [any Client] = []
    /// Tables in their order, with the time at which each is published, from the start.
    package private(set) var tables: [(after: UInt64, table: TableModel)] = []
    /// How far the clock jumps, and when.
    package private(set) var jumps: [(after: UInt64, by: UInt64)] = []
    /// How far the time of day is set, and when.
    package private(set) var wallShifts: [(after: UInt64, by: Int64)] = []
    /// When the worker is told to end in the midst of the play; nil for at the end.
    package var drain: Drain?
    private var hosts: [Address: UpstreamHost] = [:]
    /// What came later than the rest: it leaves the other draws as they are.
    private let lateDice: Dice
    package let isSealed: Bool

    private static let second: UInt64 = 1_000_000_000

    /// A drain: when it begins, from the start, for how long connections are taken, and when what is
    /// left is cut, both from then.
    package struct Drain: Sendable {
        package var after: UInt64
        package var delay: UInt64
        package var time: UInt64

        package init(after: UInt64, delay: UInt64, time: UInt64) {
            self.after = after
            self.delay = delay
            self.time = time
        }
    }

    /// With `isSealed` most clients speak TLS, by the real library, whose keys no seed chooses: such
    /// a play is not the same twice.
    package init(seed: UInt64, isSealed: Bool = false, keepsTrace: Bool = false) {
        self.seed = seed
        self.isSealed = isSealed
        lateDice = Dice(seed: ~seed)
        let dice = Dice(seed: seed &* 0x9e37_79b9_7f4a_7c15 &+ 1)
        let isRough = dice.chance(600)
        let isHerd = isRough && dice.chance(250)
        var weather = Weather(dice, isRough: isRough)
        if isHerd {
            weather.latePolls = 900
            weather.delayMax = 3000
            weather.segmentMax = 16384
        }
        // A handshake has ten seconds.
        if isSealed { weather.delayMax = min(weather.delayMax, 3000) }
        kernel = SimulatedKernel(dice: dice, weather: weather, trace: Trace(isKept: keepsTrace))
        stage = Stage(kernel: kernel, isRough: isRough)
        if isRough, dice.chance(200) { kernel.descriptorsMax = dice.between(8, 16) }
        makeTables(dice, isRough)
        makeHosts(dice, isRough, multiplexed: tables[0].table.multiplexed)
        if isHerd { makeHerd(dice) } else { makeClients(dice, isRough) }
        if !isHerd { makeTunnels(isRough) }
        if isRough { makeSilence(Dice(seed: ~seed &* 0x9e37_79b9_7f4a_7c15)) }
        if isRough, dice.chance(150) {
            jumps.append((later(dice), UInt64(dice.pick([1, 20, 4000])) * Self.second))
        }
        // Dice of its own leave the other draws as they are too.
        makeDrain(Dice(seed: seed ^ 0x6472_6169_6e73))
        for _ in 0..<lateDice.pick([0, 0, 0, 1, 3]) {
            let seconds = Int64(lateDice.pick([1, 3600, 400 * 86_400])) * 1_000_000_000
            wallShifts.append((later(lateDice), lateDice.chance(500) ? seconds : -seconds))
        }
        kernel.answerConnect = { [unowned self] address, wire in
            hosts[address]?.answer(wire) ?? .refuseAtOnce
        }
    }

    /// A play whose requests, all of one client, are given, in fair weather.
    package convenience init(
        asks: [Ask], manner: HTTP1Client.Manner, weather: Weather = Weather(),
        plans: [Int: AnswerPlan] = [:]
    ) {
        self.init(asks: asks, weather: weather, plans: plans) { stage in
            HTTP1Client(stage, number: 0, asks: asks, manner: manner)
        }
    }

    /// A play of one WebSocket, in fair weather.
    package convenience init(
        tunnel: Ask, manner: TunnelClient.Manner, weather: Weather = Weather(),
        plans: [Int: AnswerPlan] = [:]
    ) {
        self.init(asks: [tunnel], weather: weather, plans: plans) { stage in
            TunnelClient(stage, number: 0, asks: [tunnel], manner: manner)
        }
    }

    /// A play of WebSockets to a revision over HTTP/2, whose first address takes connections and never
    /// says anything; with `hasOther` there is a second one.
    package convenience init(
        tunnels: [Ask], hasOther: Bool, plans: [Int: AnswerPlan] = [:]
    ) {
        self.init(
            asks: tunnels, weather: Weather(), plans: plans, addresses: hasOther ? 2 : 1,
            multiplexed: ["r0"]
        ) { stage in
            TunnelClient(stage, number: 0, asks: tunnels, manner: TunnelClient.Manner())
        }
        silentHost?.isSilent = true
    }

    /// The one that such a play has.
    package var silentHost: UpstreamHost? { hosts[Self.address(0, 0)] }

    private init(
        asks: [Ask], weather: Weather, plans: [Int: AnswerPlan], addresses: Int = 1,
        multiplexed: Set<String> = [], client: (Stage) -> any Client
    ) {
        seed = 0
        isSealed = false
        lateDice = Dice(seed: 0)
        let dice = Dice(seed: 1)
        kernel = SimulatedKernel(dice: dice, weather: weather, trace: Trace(isKept: false))
        stage = Stage(kernel: kernel, isRough: false)
        stage.plans = plans
        var table = TableModel()
        table.addresses["r0"] = (0..<addresses).map { Self.address(0, $0) }
        table.multiplexed = multiplexed
        table.routes["plain.test"] = .init(shares: [.init("r0", 100)], sticky: .no)
        tables.append((0, table))
        makeHosts(dice, false, multiplexed: multiplexed)
        for ask in asks { _ = stage.ledger.add { _ in ask } }
        clients.append(client(stage))
        kernel.answerConnect = { [unowned self] address, wire in
            hosts[address]?.answer(wire) ?? .refuseAtOnce
        }
    }

    /// None where there are tunnels: a drain closes WebSockets with a frame, and what these tunnels bear
    /// has none.
    private func makeDrain(_ dice: Dice) {
        guard dice.chance(400), stage.ledger.asks.allSatisfy({ $0.tunnelSize == nil }) else {
            return
        }
        let delay = dice.pick([0, 0, 100, 1000, 5000]) * 1_000_000
        let more = dice.pick([0, 1, 10, 100]) * Self.second
        drain = Drain(after: later(dice), delay: UInt64(delay), time: UInt64(delay) + more)
    }

    private func later(_ dice: Dice) -> UInt64 { UInt64(dice.size(upTo: 8_000_000)) * 1000 }

    // MARK: Tables

    private func makeTables(_ dice: Dice, _ isRough: Bool) {
        var table = TableModel()
        for number in 0..<3 {
            table.addresses["r\(number)"] = (0..<dice.between(1, 3)).map {
                Self.address(number, $0)
            }
        }
        table.multiplexed = dice.pick([[], ["r0"], ["r1", "r2"], ["r0", "r1", "r2"]])
        let percent = dice.pick([0, 1, 10, 50, 90])
        table.routes["plain.test"] = .init(
            shares: [.init("r0", 100 - percent), .init("r1", percent)], sticky: .no)
        table.routes["many.test"] = .init(
            shares: [.init("r0", 50), .init("r1", 30), .init("r2", 20)], sticky: .no)
        let users = dice.pick([10, 50])
        for (host, sticky) in [("user.test", TableModel.Sticky.user), ("cookie.test", .cookie)] {
            table.routes[host] = .init(
                shares: [.init("r0", 100 - users), .init("r2", users)], sticky: sticky)
        }
        tables.append((0, table))
        for _ in 0..<dice.pick([0, 0, 1, 2, 5]) {
            change(&table, dice, isRough)
            tables.append((later(dice), table))
        }
        // Each takes the place of the one before, whatever was drawn.
        let times = tables.map(\.after).sorted()
        for index in tables.indices { tables[index].after = times[index] }
    }

    private func change(_ table: inout TableModel, _ dice: Dice, _ isRough: Bool) {
        switch dice.below(6) {
        case 0:
            let percent = dice.pick([0, 5, 50, 100])
            table.routes["plain.test"]?.shares = [
                .init("r0", 100 - percent), .init("r1", percent),
            ]
        case 1:
            let users = dice.pick([0, 20, 50, 80])
            table.routes["user.test"]?.shares = [.init("r0", 100 - users), .init("r2", users)]
        case 2:
            let number = dice.below(3)
            let name = "r\(number)"
            let count = dice.between(isRough ? 0 : 1, 3)
            table.addresses[name] = (0..<count).map { Self.address(number, $0 + dice.below(2)) }
        case 3:
            let gone = table.routes.removeValue(forKey: "many.test")
            if gone == nil {
                table.routes["many.test"] = .init(
                    shares: [.init("r1", 50), .init("r2", 50)], sticky: .no)
            }
        default:
            break
        }
    }

    private static func address(_ revision: Int, _ index: Int) -> Address {
        Address(0x0a00_0000 + UInt32(revision) << 8 + UInt32(index), 8080)
    }

    // MARK: People

    private func makeHosts(_ dice: Dice, _ isRough: Bool, multiplexed: Set<String>) {
        for number in 0..<3 {
            for index in 0..<5 {
                let place = Place(revision: "r\(number)", address: Self.address(number, index))
                let host = UpstreamHost(
                    stage, place, isMultiplexed: multiplexed.contains(place.revision))
                if isRough { host.refused = dice.pick([0, 0, 0, 200, 1000]) }
                hosts[place.address] = host
            }
        }
    }

    /// Has some upstreams of a revision with HTTP/2 take connections and say nothing, for a while or
    /// for good.
    ///
    /// None of it is asked for tunnels over HTTP/1: there a gateway waits as long as the client.
    private func makeSilence(_ dice: Dice) {
        guard dice.chance(250) else { return }
        let revision = "r\(dice.below(3))"
        let all = hosts.sorted { $0.key.text < $1.key.text }.map(\.value)
        for host in all where host.isMultiplexed && host.place.revision == revision {
            host.takesTunnels = true
            guard dice.chance(500) else { continue }
            host.isSilent = true
            guard dice.chance(500) else { continue }
            kernel.at(kernel.now + later(dice)) { host.isSilent = false }
        }
    }

    private func makeClients(_ dice: Dice, _ isRough: Bool) {
        for number in 0..<dice.between(1, 5) {
            if dice.chance(400) {
                makeMultiplexedClient(number, dice, isRough)
                continue
            }
            var manner = HTTP1Client.Manner()
            manner.depth = dice.pick([1, 1, 1, 2, 5])
            manner.pause = dice.pick([0, 1000, 100_000, 3_000_000])
            manner.readPace = dice.pick([nil, nil, 5000, 100_000])
            manner.sendPace = dice.pick([nil, nil, 5000, isRough ? 2_000_000 : 20_000])
            manner.halfCloses = dice.chance(200)
            if isRough, dice.chance(200) { manner.leavesAfter = dice.size(upTo: 60_000) }
            let asks = (0..<dice.between(1, 6)).map { index in ask(dice, of: number, index) }
            seal(&manner.isSealed, &manner.readPace, &manner.sendPace)
            // Over TLS who closes has left.
            if manner.isSealed { manner.halfCloses = false }
            if let pace = manner.sendPace, pace >= 1_000_000 { asks.forEach { $0.isSlow = true } }
            if let pace = manner.readPace, pace >= 100_000 {
                asks.forEach { $0.isReadSlowly = true }
            }
            asks.forEach { $0.isSealed = manner.isSealed }
            clients.append(HTTP1Client(stage, number: number, asks: asks, manner: manner))
        }
    }

    private func speaksTLS() -> Bool { isSealed && lateDice.chance(800) }

    /// Draws whether a client speaks TLS, which it then does in time.
    private func seal(_ isSealed: inout Bool, _ readPace: inout Int?, _ sendPace: inout Int?) {
        isSealed = speaksTLS()
        if isSealed {
            readPace = readPace.map { min($0, 5000) }
            sendPace = sendPace.map { min($0, 5000) }
        }
    }

    /// Many clients that come and go at once, so that slots change hands all the time.
    private func makeHerd(_ dice: Dice) {
        for number in 0..<dice.between(8, 14) {
            var manner = HTTP1Client.Manner()
            manner.pause = dice.pick([0, 3000])
            if dice.chance(500) { manner.leavesAfter = dice.size(upTo: 2000) }
            manner.isSealed = speaksTLS()
            let asks = (0..<dice.between(1, 4)).map { index in
                ask(dice, of: number, index, small: true)
            }
            asks.forEach { $0.isSealed = manner.isSealed }
            clients.append(HTTP1Client(stage, number: number, asks: asks, manner: manner))
        }
    }

    private func makeMultiplexedClient(_ number: Int, _ dice: Dice, _ isRough: Bool) {
        var manner = HTTP2Client.Manner()
        manner.depth = dice.pick([1, 3, 10])
        manner.pause = dice.pick([0, 1000, 100_000])
        manner.window = UInt32(dice.pick([0x7fff_ffff, 65535, 3000, 100]))
        manner.windowDelay = dice.pick([0, 100, 20_000])
        manner.readPace = dice.pick([nil, nil, 5000, 100_000])
        manner.sendPace = dice.pick([nil, nil, 5000])
        if isRough {
            manner.cancels = dice.pick([0, 0, 300])
            manner.leavesAfter = dice.pick([nil, nil, 1, 2])
        }
        seal(&manner.isSealed, &manner.readPace, &manner.sendPace)
        let asks = (0..<dice.between(1, 10)).map { index in ask(dice, of: number, index) }
        for ask in asks {
            ask.isSealed = manner.isSealed
            ask.isMultiplexed = true
        }
        if let pace = manner.readPace, pace >= 100_000 {
            asks.forEach { $0.isReadSlowly = true }
        }
        for ask in asks where ask.method == "GET" && lateDice.chance(150) {
            ask.tunnelSize = lateDice.size(upTo: 50_000)
        }
        clients.append(HTTP2Client(stage, number: number, asks: asks, manner: manner))
    }

    /// Clients with WebSockets.
    private func makeTunnels(_ isRough: Bool) {
        let dice = lateDice
        for host in hosts.sorted(by: { $0.key.text < $1.key.text }) {
            host.value.takesTunnels = dice.chance(600)
        }
        for _ in 0..<dice.pick([0, 0, 1, 2]) {
            let number = clients.count
            var manner = TunnelClient.Manner()
            manner.pause = dice.pick([0, 1000, 100_000])
            manner.piece = dice.pick([100, 5000, 50_000])
            manner.halfCloses = dice.chance(500)
            if isRough, dice.chance(200) { manner.leavesAfter = dice.size(upTo: 60_000) }
            var pace: Int?
            seal(&manner.isSealed, &manner.readPace, &pace)
            let asks = (0..<dice.between(1, 3)).map { _ in tunnel(dice, of: number) }
            asks.forEach { $0.isSealed = manner.isSealed }
            clients.append(TunnelClient(stage, number: number, asks: asks, manner: manner))
        }
    }

    private func tunnel(_ dice: Dice, of client: Int) -> Ask {
        let host = dice.pick(["plain.test", "many.test", "user.test", "none.test"])
        let ask = stage.ledger.add { number in
            Ask(
                number: number, client: client, host: host, method: "GET", bodySize: nil,
                isChunked: false, answerSize: dice.size(upTo: dice.pick([10, 1000, 50_000])))
        }
        ask.tunnelSize = dice.size(upTo: dice.pick([10, 1000, 50_000]))
        if host == "user.test" { ask.user = "u\(dice.below(4))" }
        return ask
    }

    private func ask(
        _ dice: Dice, of client: Int, _ index: Int, small: Bool = false
    ) -> Ask {
        let method = dice.pick(["GET", "GET", "GET", "HEAD", "POST", "PUT"])
        let hasBody = method == "POST" || method == "PUT"
        let host = dice.pick([
            "plain.test", "plain.test", "many.test", "user.test", "cookie.test", "none.test",
        ])
        let sizeMax = small ? 2000 : dice.pick([0, 10, 1000, 100_000, 400_000])
        let ask = stage.ledger.add { number in
            Ask(
                number: number, client: client, host: host, method: method,
                bodySize: hasBody
                    ? dice.below(small ? 500 : dice.pick([1, 100, 20_000, 200_000])) : nil,
                isChunked: dice.chance(400), answerSize: sizeMax == 0 ? 0 : dice.size(upTo: sizeMax)
            )
        }
        if host == "user.test" { ask.user = "u\(dice.below(4))" }
        ask.closes = dice.chance(80)
        return ask
    }
}
