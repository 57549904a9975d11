internal import Bytes
internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
package import Logging
package import NIOCore
internal import ServiceLifecycle

/// Serves the status or admin pages at one address.
package struct PageServer: Service {
    private let setting: String
    private let address: ListenAddress
    private let audience: AdminPages.Audience
    private let pages: AdminPages
    private let loops: any EventLoopGroup
    private let logger: Logger
    private let onBound: @Sendable (String, ListenAddress) -> Void

    /// `setting` names the listener; `onBound` is told the address with the port that it got;
    /// connections are on `loops`.
    package init(
        setting: String, address: ListenAddress, audience: AdminPages.Audience,
        pages: AdminPages, loops: any EventLoopGroup, logger: Logger,
        onBound: @escaping @Sendable (String, ListenAddress) -> Void
    ) {
        self.setting = setting
        self.address = address
        self.audience = audience
        self.pages = pages
        self.loops = loops
        self.logger = logger
        self.onBound = onBound
    }

    /// Binds, and serves until the service is told to end.
    package func run() async throws {
        let pages = pages
        let audience = audience
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            guard let asked = await Self.read(request) else {
                return Self.response(.plain(413, "too long"), isHead: false)
            }
            let answer = await pages.answer(audience, asked)
            return Self.response(answer, isHead: request.method == .head)
        }
        let spec = address.bindable
        let gate = PageGate(setting: setting, logger: logger)
        let server = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [PageGuard(gate)], idleTimeout: PageGate.idleTime)),
            configuration: .init(
                address: .hostname(IPText.text(of: spec.ip), port: Int(spec.port))),
            onServerRunning: { [address, setting, onBound] channel in
                var bound = address
                bound.port = UInt16(channel.localAddress?.port ?? 0)
                onBound(setting, bound)
            }, eventLoopGroupProvider: .shared(loops), logger: logger.quiet)
        do {
            try await withGracefulShutdownHandler {
                try await server.run()
            } onGracefulShutdown: {
                gate.end()
            }
        } catch let error as IOError {
            throw GatewayFault.listener(
                setting, address, errno: error.errnoCode, error.description)
        }
    }

    /// Nil when the body is longer than any page wants.
    private static func read(_ request: Request) async -> PageRequest? {
        var asked = PageRequest(method: request.method.rawValue, path: request.uri.path)
        asked.query = request.uri.queryParameters.map {
            (name: String($0.key), value: String($0.value))
        }
        asked.accept = request.headers[.accept]
        asked.host = request.head.authority
        asked.source = request.headers.first { $0.name.canonicalName == "origin" }?.value
        guard request.method == .post else { return asked }
        do {
            let body = try await request.body.collect(upTo: ExplainRequest.sizeMax)
            asked.body = String(buffer: body)
            return asked
        } catch {
            return nil
        }
    }

    private static func response(_ answer: PageAnswer, isHead: Bool) -> Response {
        var response = Response(
            status: .init(code: answer.code),
            headers: [.contentType: answer.contentType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: answer.text)))
        if isHead { response = response.createHeadResponse() }
        return response
    }
}
