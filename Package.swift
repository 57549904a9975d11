// swift-tools-version: 6.2
import PackageDescription

/// Every target is built with these: strict memory safety (an `unsafe` must be written and
/// argued), no warning tolerated, and imports that do not leak.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

/// Fuzz targets take the place of their replay in the tests: both are of the same sources, and see
/// what is internal (`Tests/Fuzz/run` sets the variable).
let isFuzzing = Context.environment["WEIR_FUZZ"] != nil

/// Whether the data plane is optimised as one when a release build is linked.
///
/// What sanitizers (whose builds set `WEIR_LTO` to `off`) and fuzz targets count is put into each file as
/// it is compiled.
let isLinkedAsOne: Bool =
    switch Context.environment["WEIR_LTO"] {
    case nil, "on": !isFuzzing
    case "off": false
    case let other?: fatalError("WEIR_LTO: \(other) is not on or off")
    }

/// Targets of the data plane leave bitcode for the linker in a release build.
///
/// What crosses their walls is inlined there, which takes 15 % off an exchange's instructions. The package
/// manager's own way (`--experimental-lto-mode`) would do so with every package of the control plane.
let dataPlane: [SwiftSetting] =
    strict
    + (isLinkedAsOne
        ? [
            .unsafeFlags(
                ["-Xfrontend", "-lto=llvm-full", "-Xfrontend", "-emit-bc"],
                .when(configuration: .release))
        ] : [])
let shims: [CSetting] =
    isLinkedAsOne ? [.unsafeFlags(["-flto=full"], .when(configuration: .release))] : []
/// The linker that reads bitcode, for all that the lowest target goes into; it comes with the toolchain.
let linking: [LinkerSetting] =
    isLinkedAsOne
    ? [.unsafeFlags(["-use-ld=lld", "-Xlinker", "--lto-O3"], .when(configuration: .release))] : []

/// What stands around the code that is tested, thousands of objects and of simulated calls of it, must
/// not be what a debug build takes its time for.
let quick: [SwiftSetting] = [.unsafeFlags(["-O"])]

/// What fuzz targets need.
let fuzzed: [Target.Dependency] = [
    "Bytes", "HTTP", "TLS", "Routing", "RoutingReference", "Manifests", "ControlPlane",
]
let fuzzing: Target =
    isFuzzing
    ? .executableTarget(
        name: "WeirFuzz", dependencies: fuzzed, path: "Tests/Fuzz",
        exclude: ["Corpus", "RUNS.md", "Replay", "run"], sources: ["Subjects", "Runner"])
    : .testTarget(
        name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz",
        exclude: ["Corpus", "RUNS.md", "Runner", "run"], sources: ["Subjects", "Replay"])

let package = Package(
    name: "weir",
    products: [
        .executable(name: "weir", targets: ["weir"])
    ],
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
    ],
    targets: [
        // C walls: module maps of system libraries and the shims that macros force on us.
        .target(name: "CLinux", cSettings: shims),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        // Memory and text: slab, handle, buffer, block, scan, numbers.
        .target(
            name: "Bytes", dependencies: ["CLinux"], swiftSettings: dataPlane,
            linkerSettings: linking),
        // One thread's world: epoll, sockets, timers, mailbox, clock.
        .target(name: "Reactor", dependencies: ["Bytes", "CLinux"], swiftSettings: dataPlane),
        // Certificates and sessions by OpenSSL; bytes in, bytes out.
        .target(name: "TLS", dependencies: ["Bytes", "COpenSSL"], swiftSettings: dataPlane),
        // Heads, framing, codecs; bytes in, events out.
        .target(name: "HTTP", dependencies: ["Bytes", "CNghttp2"], swiftSettings: dataPlane),
        // The immutable route table: decide(head), splits.
        .target(
            name: "Routing", dependencies: ["Bytes", "HTTP", "CPCRE2"], swiftSettings: dataPlane),
        // Counters, histograms, OpenMetrics text.
        .target(name: "Telemetry", dependencies: ["Bytes"], swiftSettings: dataPlane),
        // The worker: accept, codec, match, reach, relay, tally.
        .target(
            name: "DataPlane",
            dependencies: ["Bytes", "Reactor", "TLS", "HTTP", "Routing", "Telemetry"],
            swiftSettings: dataPlane),
        // Typed Knative and Kubernetes objects, compiled to table sources. Certificates and digests
        // by TLS: a crypto package of its own would build a second library. Of Yams, its CYaml only.
        .target(
            name: "Manifests", dependencies: ["Bytes", "Routing", "TLS", "Yams"], swiftSettings: strict),
        // Watch, reconcile, publish, admin.
        .target(
            name: "ControlPlane",
            dependencies: [
                "Manifests", "DataPlane", "Telemetry", "Routing", "TLS", "HTTP", "Reactor", "Bytes",
                "Yams",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // The command.
        .executableTarget(
            name: "weir",
            dependencies: [
                "ControlPlane", "Manifests",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["CNghttp2"], path: "Tests/TestSupport"),
        // A fake of the Kubernetes API server, in the test's own process.
        .target(
            name: "FakeAPIServer",
            dependencies: [
                "TestSupport", "Yams",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/FakeAPIServer",
            swiftSettings: quick),
        .testTarget(name: "FakeAPIServerTests", dependencies: ["FakeAPIServer", "TestSupport"]),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
        .testTarget(name: "ReactorTests", dependencies: ["Bytes", "Reactor"]),
        .testTarget(name: "HTTPTests", dependencies: ["Bytes", "HTTP", "TestSupport"]),
        .testTarget(name: "TLSTests", dependencies: ["Bytes", "COpenSSL", "TLS"]),
        // The order of a decision written plainly, and random tables to try it on.
        .target(
            name: "RoutingReference", dependencies: ["Bytes", "HTTP", "Routing"],
            path: "Tests/RoutingReference"),
        .testTarget(
            name: "RoutingTests", dependencies: ["Bytes", "HTTP", "Routing", "RoutingReference"]),
        .testTarget(name: "TelemetryTests", dependencies: ["Bytes", "Telemetry"]),
        .testTarget(
            name: "DataPlaneTests",
            dependencies: ["Bytes", "DataPlane", "HTTP", "Reactor", "Routing", "Telemetry"]),
        // A kernel, a network and a clock that follow from a seed, with clients and upstreams on them.
        .target(
            name: "Simulation", dependencies: ["Bytes", "CLinux", "Routing", "TestSupport"],
            path: "Tests/Simulation", swiftSettings: quick),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Bytes", "CLinux", "DataPlane", "HTTP", "Reactor", "Routing", "Simulation", "Telemetry",
                "TLS", "TestSupport",
            ]),
        .testTarget(
            name: "ManifestsTests", dependencies: ["Manifests", "Routing", "TLS"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ControlPlaneTests",
            dependencies: [
                "ControlPlane", "Manifests", "Routing", "DataPlane", "Telemetry", "TLS", "Bytes",
                "Reactor",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "EndToEndTests", dependencies: ["FakeAPIServer", "TestSupport"]),
        fuzzing,
        .testTarget(name: "TidyTests"),
    ]
)

// Fuzz targets need little of the control plane, and not the packages that the rest needs, which take
// most of a build's time.
if isFuzzing, let control = package.targets.first(where: { $0.name == "ControlPlane" }) {
    control.sources = [
        "Settings", "Serve/GatewayFault.swift", "Kubernetes/Client/JSONScanner.swift",
        "Kubernetes/Client/JSONSlices.swift", "Kubernetes/Client/LineCutter.swift",
        "Kubernetes/Client/ListCutter.swift",
    ]
    control.dependencies = [
        "Manifests", "Routing", "TLS", "Telemetry", "Bytes", "Yams",
        .product(name: "Logging", package: "swift-log"),
    ]
}

// The part of the sanitizers' tests that `make test` has: without other packages it is built soon, and
// without RoutingTests, which take two minutes by themselves, it has soon run.
if Context.environment["WEIR_PURE"] != nil {
    let pure: Set = [
        "CLinux", "COpenSSL", "CNghttp2", "CPCRE2", "Bytes", "Reactor", "TLS", "HTTP", "Routing",
        "Telemetry", "DataPlane", "TestSupport", "BytesTests", "ReactorTests", "TLSTests",
        "HTTPTests", "TelemetryTests", "DataPlaneTests",
    ]
    package.targets.removeAll { !pure.contains($0.name) }
    package.products = []
    package.dependencies = []
}
