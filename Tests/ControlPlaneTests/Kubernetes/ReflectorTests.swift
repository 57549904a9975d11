import FakeAPIServer
import Testing

@testable import ControlPlane

@Suite(.serialized) struct ReflectorTests {
    private let watches = RequestFilter(verbs: ["watch"])
    private let lists = RequestFilter(verbs: ["list"])

    /// A follower of all Services, which has caught up.
    private func follow(
        _ cluster: FakeCluster, _ pace: ReflectorPace = FakeCluster.pace
    ) async throws -> Follower {
        let follower = Follower(Reflector(cluster.client, WatchScope(.services), pace: pace))
        #expect(await follower.catchesUp(with: cluster.server, .services))
        #expect(await eventually { cluster.server.watchCount() == 1 })
        return follower
    }

    @Test func `what is there is listed, what happens is watched`() async throws {
        try await FakeCluster.run { cluster in
            try cluster.server.create(yaml: FakeCluster.service("a"))
            try cluster.server.create(yaml: FakeCluster.service("b"))
            let follower = try await follow(cluster)
            try cluster.server.create(yaml: FakeCluster.service("c"))
            try cluster.server.modify(.services, "default", "a") {
                $0["metadata"]["labels"] = ["x": "y"]
            }
            try cluster.server.delete(.services, "default", "b")
            #expect(await follower.catchesUp(with: cluster.server, .services))
            #expect(follower.now.changes == ["c", "a", "-b"])
            #expect(follower.now.lists == 1)
            #expect(follower.now.faults == [])
            await follower.stop()
            #expect(await eventually { cluster.server.watchCount() == 0 })
        }
    }

    @Test func `a long list comes in pages`() async throws {
        try await FakeCluster.run { cluster in
            for number in 0..<25 {
                try cluster.server.create(yaml: FakeCluster.service("s\(number)"))
            }
            var pace = FakeCluster.pace
            pace.page = 10
            let follower = try await follow(cluster, pace)
            #expect(follower.now.lists == 1)
            #expect(follower.now.world.count == 25)
            #expect(cluster.server.log.count("list", .services) == 3)
            await follower.stop()
        }
    }

    @Test func `pages that are no longer kept are listed all at once`() async throws {
        try await FakeCluster.run { cluster in
            for number in 0..<25 {
                try cluster.server.create(yaml: FakeCluster.service("s\(number)"))
            }
            let server = cluster.server
            let between = server.inject(
                .meanwhile {
                    try server.create(yaml: FakeCluster.service("late"))
                    server.compact()
                }, for: .init(verbs: ["list"], isContinued: true), count: 1)
            var pace = FakeCluster.pace
            pace.page = 10
            let follower = Follower(
                Reflector(cluster.client, WatchScope(.services), pace: pace))
            #expect(await follower.catchesUp(with: server, .services))
            #expect(server.hits(between) == 1)
            let asked = server.log.requests("list", .services)
            #expect(asked.map(\.status) == [200, 410, 200])
            #expect(asked.last?.query["continue"] == nil)
            #expect(asked.last?.query["limit"] == nil)
            #expect(follower.now.faults == [])
            await follower.stop()
        }
    }

    @Test func `a watch that ends goes on from where it was`() async throws {
        try await FakeCluster.run { cluster in
            let follower = try await follow(cluster)
            for round in 0..<3 {
                try cluster.server.create(yaml: FakeCluster.service("s\(round)"))
                #expect(await follower.catchesUp(with: cluster.server, .services))
                switch round {
                case 0: cluster.server.endWatches()
                case 1: cluster.server.cutWatches(isMidEvent: true)
                default: cluster.server.cutConnections()
                }
                #expect(
                    await eventually {
                        cluster.server.log.count("watch", .services, status: 200) == round + 2
                    })
            }
            try cluster.server.create(yaml: FakeCluster.service("after"))
            #expect(await follower.catchesUp(with: cluster.server, .services))
            #expect(follower.now.lists == 1)
            #expect(follower.now.faults == [])
            await follower.stop()
        }
    }

    @Test func `a bookmark moves the place to go on from`() async throws {
        try await FakeCluster.run { cluster in
            let follower = try await follow(cluster)
            // Other resources move the revision on.
            for number in 0..<5 {
                try cluster.server.create(yaml: FakeCluster.secret("s\(number)"))
            }
            cluster.server.sendBookmarks()
            cluster.server.endWatches()
            let revision = "\(cluster.server.revision)"
            #expect(
                await eventually {
                    cluster.server.log.requests("watch", .services).last?.resourceVersion
                        == revision
                })
            #expect(follower.now.lists == 1)
            await follower.stop()
        }
    }

    @Test(arguments: [true, false])
    func `a version that is no longer kept is listed again`(isByEvent: Bool) async throws {
        try await FakeCluster.run { cluster in
            try cluster.server.create(yaml: FakeCluster.service("a"))
            let follower = try await follow(cluster)
            if isByEvent {
                cluster.server.expireWatches()
            } else {
                cluster.server.inject(.expired, for: watches, count: 1)
                cluster.server.endWatches()
            }
            #expect(await eventually { follower.now.lists == 2 })
            try cluster.server.delete(.services, "default", "a")
            #expect(await follower.catchesUp(with: cluster.server, .services))
            #expect(follower.now.faults == [])
            await follower.stop()
        }
    }

    @Test func `what went away while nobody watched is told by the next list`() async throws {
        try await FakeCluster.run { cluster in
            try cluster.server.create(yaml: FakeCluster.service("a"))
            let follower = try await follow(cluster)
            try cluster.server.beginOutage()
            try cluster.server.delete(.services, "default", "a")
            cluster.server.compact()
            #expect(await eventually { follower.now.faults.count > 2 })
            try cluster.server.endOutage()
            #expect(await follower.catchesUp(with: cluster.server, .services))
            #expect(follower.now.world.isEmpty)
            #expect(await eventually { follower.now.recoveries == 1 })
            guard case .unreachable(let why) = follower.now.faults.first else {
                Issue.record("\(follower.now.faults)")
                return
            }
            #expect(why.contains("connection refused"))
            await follower.stop()
        }
    }

    /// What a server may do, each once or twice, without anything being lost.
    static let troubles: [Fault] = [
        .cut, .cutMidAnswer, .internalError, .unavailable, .initializing(retryAfter: 0),
        .tooManyRequests(retryAfter: 0), .cutAfterEvents(1, isMidEvent: true), .repeatEvent,
        .swapEvents, .slow(bytes: 100, every: .milliseconds(1)),
    ]

    @Test(arguments: troubles.indices)
    func `nothing is lost, whatever a server does`(index: Int) async throws {
        try await FakeCluster.run { cluster in
            try cluster.server.create(yaml: FakeCluster.service("a"))
            cluster.server.inject(Self.troubles[index], for: lists, count: 1)
            cluster.server.inject(Self.troubles[index], for: watches, count: 2)
            let follower = Follower(
                Reflector(cluster.client, WatchScope(.services), pace: FakeCluster.pace))
            for number in 0..<6 {
                try cluster.server.create(yaml: FakeCluster.service("s\(number)"))
                try cluster.server.modify(.services, "default", "a") {
                    $0["metadata"]["labels"] = ["round": .string("\(number)")]
                }
                if number == 3 { try cluster.server.delete(.services, "default", "s1") }
            }
            // An event may be held back until another one comes.
            cluster.server.clear()
            cluster.server.endWatches()
            #expect(await follower.catchesUp(with: cluster.server, .services))
            await follower.stop()
        }
    }

    @Test(arguments: [
        "no event", "{}",
        #"{"type":"DELETED","object":{"metadata":{"name":"ghost","#
            + #""namespace":"default","resourceVersion":"1"}}}"#,
    ])
    func `a watch that makes no sense is listed again`(line: String) async throws {
        try await FakeCluster.run { cluster in
            try cluster.server.create(yaml: FakeCluster.service("a"))
            let follower = try await follow(cluster)
            cluster.server.say(line + "\n")
            #expect(await eventually { follower.now.lists == 2 })
            #expect(await eventually { follower.now.recoveries == 1 })
            #expect(follower.now.faults.count == 1)
            #expect(await follower.catchesUp(with: cluster.server, .services))
            await follower.stop()
        }
    }

    @Test func `an event that is kept back is found by the next check`() async throws {
        try await FakeCluster.run { cluster in
            var pace = FakeCluster.pace
            pace.check = .zero
            let follower = try await follow(cluster, pace)
            cluster.server.inject(.skipEvent, for: watches, count: 1)
            try cluster.server.create(yaml: FakeCluster.service("a"))
            try cluster.server.create(yaml: FakeCluster.service("b"))
            #expect(await eventually { follower.now.changes == ["b"] })
            cluster.server.endWatches()
            #expect(await follower.catchesUp(with: cluster.server, .services))
            #expect(follower.now.lists == 2)
            await follower.stop()
        }
    }

    @Test func `a peer that died without a word is given up`() async throws {
        try await FakeCluster.run { cluster in
            var pace = FakeCluster.pace
            pace.watch = .seconds(1) ... .seconds(1)
            pace.grace = .milliseconds(50)
            let stall = cluster.server.inject(.stall, for: watches, count: 1)
            let follower = Follower(
                Reflector(cluster.client, WatchScope(.services), pace: pace))
            #expect(await eventually { cluster.server.hits(stall) == 1 })
            try cluster.server.create(yaml: FakeCluster.service("a"))
            #expect(await follower.catchesUp(with: cluster.server, .services))
            #expect(follower.now.lists == 1)
            await follower.stop()
        }
    }

    @Test func `a missing right and a missing kind are said and asked for again`() async throws {
        let user = User("weir", token: "t", rules: [])
        try await FakeCluster.run(.init(users: [user]), token: "t") { cluster in
            let follower = Follower(
                Reflector(cluster.client, WatchScope(.services), pace: FakeCluster.pace))
            #expect(await eventually { follower.now.faults.count >= 2 })
            guard case .forbidden(let why) = follower.now.faults.first else {
                Issue.record("\(follower.now.faults)")
                return
            }
            #expect(why.contains("services"))
            cluster.server.changeUsers { $0[0].rules = nil }
            #expect(await eventually { follower.now.recoveries == 1 })
            #expect(follower.now.lists == 1)
            await follower.stop()
        }
    }

    @Test func `a server that asks for time gets it`() async throws {
        try await FakeCluster.run { cluster in
            cluster.server.inject(.initializing(retryAfter: 1), for: lists, count: 1)
            let follower = Follower(
                Reflector(cluster.client, WatchScope(.services), pace: FakeCluster.pace))
            #expect(await eventually { follower.now.lists == 1 })
            let times = cluster.server.log.requests("list", .services).map(\.time)
            #expect(times.count == 2)
            #expect(times[1] - times[0] >= .seconds(1))
            #expect(follower.now.faults == [.busy(after: .seconds(1))])
            await follower.stop()
        }
    }
}
