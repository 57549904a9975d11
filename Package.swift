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

let package = Package(
    name: "weir",
    products: [
        .executable(name: "weir", targets: ["weir"])
    ],
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        // C walls: module maps of system libraries and the shims that macros force on us.
        .target(name: "CLinux"),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        // Memory and text: slab, handle, buffer, block, scan, numbers.
        .target(name: "Bytes", dependencies: ["CLinux"], swiftSettings: strict),
        // One thread's world: epoll, sockets, timers, mailbox, clock.
        .target(name: "Reactor", dependencies: ["Bytes", "CLinux"], swiftSettings: strict),
        // Certificates and sessions by OpenSSL; bytes in, bytes out.
        .target(name: "TLS", dependencies: ["Bytes", "COpenSSL"], swiftSettings: strict),
        // Heads, framing, codecs; bytes in, events out.
        .target(name: "HTTP", dependencies: ["Bytes", "CNghttp2"], swiftSettings: strict),
        // The immutable route table: decide(head), splits.
        .target(name: "Routing", dependencies: ["Bytes", "HTTP", "CPCRE2"], swiftSettings: strict),
        // Counters, histograms, OpenMetrics text.
        .target(name: "Telemetry", dependencies: ["Bytes"], swiftSettings: strict),
        // The worker: accept, codec, match, reach, relay, tally.
        .target(
            name: "DataPlane",
            dependencies: ["Bytes", "Reactor", "TLS", "HTTP", "Routing", "Telemetry"],
            swiftSettings: strict),
        // Typed Knative and Kubernetes objects, compiled to table sources.
        .target(
            name: "Manifests",
            dependencies: [
                "Routing", "Yams", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        // Watch, reconcile, publish, admin.
        .target(
            name: "ControlPlane",
            dependencies: [
                "Manifests", "DataPlane", "Telemetry", "Routing",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
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

        .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP"]),
        .testTarget(name: "RoutingTests", dependencies: ["Routing"]),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"]),
        .testTarget(name: "DataPlaneTests", dependencies: ["DataPlane"]),
        .testTarget(name: "ManifestsTests", dependencies: ["Manifests"]),
        .testTarget(name: "ControlPlaneTests", dependencies: ["ControlPlane"]),
        .testTarget(name: "EndToEndTests"),
        .testTarget(name: "TidyTests"),
    ]
)
