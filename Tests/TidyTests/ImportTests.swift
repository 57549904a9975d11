import Testing

/// The walls of the house: who may import whom.
struct ImportTests {
    /// What each target may import; its own C walls included.
    private static let allowed: [String: Set<String>] = [
        "Bytes": ["CLinux", "Synchronization"],
        "Reactor": ["Bytes", "CLinux", "Synchronization"],
        "TLS": ["Bytes", "COpenSSL", "Synchronization"],
        "HTTP": ["Bytes", "CNghttp2"],
        "Routing": ["Bytes", "HTTP", "CPCRE2", "Synchronization"],
        "Telemetry": ["Bytes"],
        "DataPlane": [
            "Bytes", "Reactor", "TLS", "HTTP", "Routing", "Telemetry", "Synchronization",
        ],
        "Manifests": [
            "Bytes", "Routing", "TLS", "CYaml", "Foundation", "FoundationEssentials",
            "Synchronization",
        ],
        "ControlPlane": [
            "Manifests", "DataPlane", "Telemetry", "Routing", "TLS", "HTTP", "Hummingbird",
            "HummingbirdCore",
            "HTTPTypes", "NIOCore", "NIOPosix", "AsyncHTTPClient", "ServiceLifecycle",
            "UnixSignals", "Logging", "Yams", "Bytes", "Reactor", "Foundation",
            "FoundationEssentials", "Synchronization",
        ],
        "weir": ["ControlPlane", "Manifests", "ArgumentParser", "Foundation"],
    ]

    /// The demo brings its own clients, and so does `weir explain`; the one of the Kubernetes API
    /// has its own TLS.
    private static let clients: Set = ["NIOHTTP1", "NIOSSL"]
    private static let clientFolders = [
        "Sources/ControlPlane/Demo/", "Sources/ControlPlane/Explain/",
        "Sources/ControlPlane/Kubernetes/Access/", "Sources/ControlPlane/Kubernetes/Client/",
    ]

    /// What the world of tasks may name of the world of threads: the workers' one door with what
    /// goes through it; and what lives where memory is fenced: inotify, what the system
    /// says of files, name servers and the log's file with their threads, clock and entropy.
    private static let doors: [String: Set<Substring>] = [
        "DataPlane": [
            "WorkerGroup", "WorkerSettings", "ListenerSpec", "BoundListener", "DrainPlan",
            "Rejection", "Glitch", "LinkedLibraries", "ProxyProtocol", "TrafficPolicy",
            "Shedding",
        ],
        "Reactor": [
            "DirectoryEvents", "FileFacts", "ListenFault", "Thread", "Wakeup", "Mailbox", "LogFile",
            "Clock", "NameResolver", "NameNews", "NameFamily", "NameAnswer", "NameQuery",
            "CongestionControl", "SocketAddress", "SystemLimits",
        ],
    ]

    @Test func `every target has its walls`() {
        let targets = Set(Repository.sources.map(\.target))
        #expect(targets.subtracting(Self.allowed.keys) == [])
    }

    @Test func `imports keep to the table`() {
        var faults: [String] = []
        for file in Repository.sources {
            for (line, module) in Self.imports(file) {
                if Self.allowed[file.target]?.contains(module) == true { continue }
                if Self.clientFolders.contains(where: { file.path.hasPrefix($0) }),
                    Self.clients.contains(module)
                {
                    continue
                }
                faults.append("\(file.path):\(line): \(file.target) must not import \(module)")
            }
        }
        #expect(faults == [])
    }

    @Test func `the data plane waits for nothing`() {
        let targets: Set = ["Bytes", "Reactor", "TLS", "HTTP", "Routing", "Telemetry", "DataPlane"]
        let banned: Set<Substring> = ["async", "await", "actor", "Task"]
        var faults: [String] = []
        for file in Repository.sources where targets.contains(file.target) {
            for (index, line) in file.code.enumerated() {
                for word in SourceFile.words(line) where banned.contains(word) {
                    faults.append("\(file.path):\(index + 1): \(word)")
                }
            }
        }
        #expect(faults == [])
    }

    @Test func `pure targets read no clock and draw no random number`() {
        let targets: Set = ["TLS", "HTTP", "Routing", "Telemetry"]
        let banned: Set<Substring> = [
            "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", "random",
            "shuffled", "shuffle", "randomElement", "clock_gettime", "getrandom", "Date",
        ]
        var faults: [String] = []
        for file in Repository.sources where targets.contains(file.target) {
            for (index, line) in file.code.enumerated() {
                for word in SourceFile.words(line) where banned.contains(word) {
                    faults.append("\(file.path):\(index + 1): \(word)")
                }
            }
        }
        #expect(faults == [])
    }

    @Test(arguments: ["DataPlane", "Reactor"])
    func `tasks reach threads through few types`(module: String) {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol"]
        var inside: Set<Substring> = []
        for file in Repository.sources where file.target == module {
            // What stands at the margin is no part of another type.
            for line in file.code where line.first?.isWhitespace == false {
                let words = SourceFile.words(line)
                for (word, next) in zip(words, words.dropFirst()) where kinds.contains(word) {
                    inside.insert(next)
                }
            }
        }
        inside.subtract(Self.doors[module] ?? [])
        var faults: [String] = []
        for file in Repository.sources where ["ControlPlane", "weir"].contains(file.target) {
            guard Self.imports(file).contains(where: { $0.module == module }) else { continue }
            for (index, line) in file.code.enumerated() {
                for word in SourceFile.words(line) where inside.contains(word) {
                    faults.append("\(file.path):\(index + 1): \(word)")
                }
            }
        }
        #expect(faults == [])
    }

    static func imports(_ file: SourceFile) -> [(line: Int, module: String)] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias"]
        return file.code.enumerated().compactMap { index, line in
            let words = SourceFile.words(line)
            guard let place = words.firstIndex(of: "import"), place < 3 else { return nil }
            let name = words[(place + 1)...].first { !kinds.contains($0) }
            return name.map { (index + 1, String($0)) }
        }
    }
}
