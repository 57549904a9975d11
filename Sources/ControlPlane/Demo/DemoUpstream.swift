internal import Hummingbird
internal import Logging
internal import NIOCore

/// A revision for the demo: an HTTP server on loopback that says its name.
struct DemoUpstream: Sendable {
    let revision: String
    /// What an answer takes at least and at most, in milliseconds.
    let latency: ClosedRange<Double>
    /// The share of requests that it fails, 0 to 1.
    let failures: Double

    /// Serves on a port of the kernel's choice, which is told, until cancelled.
    func run(onBound: @escaping @Sendable (Int) -> Void) async throws {
        let server = Application(
            responder: CallbackResponder<BasicRequestContext> { [self] _, _ in try await answer() },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { onBound($0.localAddress?.port ?? 0) },
            logger: Logger(label: revision) { _ in SwiftLogNoOpLogHandler() })
        try await server.run()
    }

    private func answer() async throws -> Response {
        try await Task.sleep(for: .microseconds(Int(Double.random(in: latency) * 1000)))
        let isFailure = Double.random(in: 0..<1) < failures
        let text = isFailure ? "\(revision) failed, as it should in this demo\n" : "\(revision)\n"
        return Response(
            status: isFailure ? .internalServerError : .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
