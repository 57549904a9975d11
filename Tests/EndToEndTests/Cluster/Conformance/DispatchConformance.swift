import FakeAPIServer
import TestSupport
import Testing

/// Paths that lead to upstreams of their own, as two of the tests have them.
enum PathSample {
    static let names = ["foo", "bar", "baz", "main"]

    /// `/foo`, `/bar` and `/baz`, and last the one without a path.
    static func paths(_ stage: ClusterStage) throws -> [JSONValue] {
        try names.map { name in
            let split = ClusterObjects.split(
                try stage.upstream(.runtime), appending: [ClusterStage.mark: .string(name)])
            return ClusterObjects.path([split], path: name == "main" ? nil : "/\(name)")
        }
    }

    /// What is asked for, and who answers.
    static let expected = [
        ("/foo", "foo"), ("/bar", "bar"), ("/baz", "baz"), ("/", "main"), ("/asdf", "main"),
    ]
}

/// Shares that the suite gives to ten upstreams.
enum ShareSample {
    static let percents = [1, 2, 4, 8, 16, 32, 37, 0, 0, 0]

    static func splits(_ stage: ClusterStage) throws -> [JSONValue] {
        try percents.enumerated().map { index, percent in
            ClusterObjects.split(
                try stage.upstream(.runtime), percent: percent,
                appending: [ClusterStage.mark: "share-\(index)"])
        }
    }

    /// Whether each upstream got its share of 1,000, within the suite's 10 points, and those of
    /// 0 % nothing.
    static func check(_ counts: [String: Int]) {
        #expect(counts.values.reduce(0, +) == 1000)
        for (index, percent) in percents.enumerated() {
            let count = counts["share-\(index)"] ?? 0
            if percent == 0 {
                #expect(count == 0, "share-\(index)")
            } else {
                #expect(abs(count - percent * 10) <= 100, "share-\(index): \(count)")
            }
        }
    }
}

/// Knative's conformance suite for ingresses: where requests go.
@Suite struct `Conformance: dispatch` {
    @Test func `dispatch/path`() throws {
        try withCluster { stage throws in
            let host = ClusterStage.randomName("path") + ".example.com"
            try stage.ready([ClusterObjects.rule([host], PathSample.paths(stage))])
            for (path, name) in PathSample.expected {
                #expect(try stage.report(host, path).values(ClusterStage.mark) == [name])
            }
        }
    }

    @Test func `dispatch/percentage`() throws {
        try withCluster { stage throws in
            let host = ClusterStage.randomName("percentage") + ".example.com"
            let path = try ClusterObjects.path(ShareSample.splits(stage))
            try stage.ready([ClusterObjects.rule([host], [path])])
            ShareSample.check(try stage.counts(host, asking: 1000))
        }
    }

    @Test func `dispatch/path_and_percentage`() throws {
        try withCluster { stage throws in
            let host = ClusterStage.randomName("both") + ".example.com"
            let halves = try ["one", "two"].map {
                ClusterObjects.split(
                    try stage.upstream(.runtime), percent: 50,
                    appending: [ClusterStage.mark: .string($0)])
            }
            let rest = ClusterObjects.split(
                try stage.upstream(.runtime), appending: [ClusterStage.mark: "rest"])
            try stage.ready([
                ClusterObjects.rule(
                    [host],
                    [ClusterObjects.path(halves, path: "/foo"), ClusterObjects.path([rest])])
            ])
            let counts = try stage.counts(host, "/foo", asking: 1000)
            #expect(Set(counts.keys) == ["one", "two"])
            #expect(counts.values.allSatisfy { abs($0 - 500) <= 150 }, "\(counts)")
        }
    }

    @Test func `dispatch/rule`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let rules = ["one", "two"].map { name in
                ClusterObjects.rule(
                    ["\(name).\(upstream.name).example.com"],
                    [
                        ClusterObjects.path(
                            [ClusterObjects.split(upstream)],
                            appending: [ClusterStage.mark: .string(name)])
                    ])
            }
            try stage.ready(rules)
            for name in ["one", "two"] {
                let report = try stage.report("\(name).\(upstream.name).example.com")
                #expect(report.values(ClusterStage.mark) == [name])
            }
        }
    }
}
