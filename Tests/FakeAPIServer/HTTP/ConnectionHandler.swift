import NIOCore
import NIOHTTP1
import NIOSSL

/// One connection: reads requests, and answers them one after the other.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: FakeAPIServer.Core
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    private var isTooLarge = false
    private var answer: Answer?
    private var watch: WatchStream?
    private var certificateName: String?

    init(_ server: FakeAPIServer.Core) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
            isTooLarge = false
            if head.headers.first(name: "Expect")?.lowercased() == "100-continue" {
                let more = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(more)), promise: nil)
            }
        case .body(let bytes):
            isTooLarge = isTooLarge || body.readableBytes + bytes.readableBytes > server.bodyMax
            if !isTooLarge { body.writeImmutableBuffer(bytes) }
        case .end:
            if let head { handle(head, context) }
            head = nil
        }
    }

    private func handle(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let request = RequestInfo(
            method: head.method.rawValue, target: head.uri, fields: head.headers)
        let id = server.log.begin(request, body: String(buffer: body))
        var fault: Fault?
        let reply: Reply
        do {
            if isTooLarge { throw StatusFault.tooLargeBody(server.bodyMax) }
            let user = try server.gate.identify(request, certificate: certificate(context))
            server.log.note(id, user: user.name)
            fault = server.faults.take(request, user: user.name, isLie: false)
            reply = try self.reply(to: request, by: user, fault)
        } catch let refusal as StatusFault {
            reply = .refusal(refusal)
        } catch {
            reply = .refusal(StatusFault(500, "InternalError", "\(error)"))
        }
        switch fault {
        case .stall: return
        case .cut: context.close(promise: nil)
        default: send(reply, for: id, fault, isKeptAlive: head.isKeepAlive, context)
        }
    }

    private func reply(to request: RequestInfo, by user: User, _ fault: Fault?) throws -> Reply {
        var staleRevision: Int?
        switch fault {
        case .stall, .cut: return .text(200, "")
        case .refuse(let refusal): throw refusal
        case .stale(let revision): staleRevision = revision
        case .meanwhile(let act): try act()
        default: break
        }
        try server.gate.check(request, by: user)
        return try server.responder.reply(to: request, body: body, staleRevision: staleRevision)
    }

    private func send(
        _ reply: Reply, for id: Int, _ fault: Fault?, isKeptAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        let answer = Answer(context, isKeptAlive: isKeptAlive, fault: fault)
        self.answer = answer
        switch reply {
        case .whole(let status, let fields, var body):
            server.log.note(id, status: status)
            answer.begin(status: status, fields: fields, length: body.readableBytes)
            if case .cutMidAnswer = fault {
                let half = body.readSlice(length: body.readableBytes / 2)
                answer.write(half ?? body)
                answer.cut()
                return
            }
            answer.write(body)
            answer.end()
        case .watch(let plan):
            server.log.note(id, status: 200)
            answer.begin(status: 200, fields: ["Content-Type": "application/json"], length: nil)
            let watch = WatchStream(server, plan, answer, user: server.log.user(id), fault)
            self.watch = watch
            watch.start()
        }
    }

    private func certificate(_ context: ChannelHandlerContext) -> String? {
        if certificateName == nil,
            let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self),
            let der = try? tls.peerCertificate?.toDERBytes()
        {
            certificateName = CertificateName.commonName(der: der)
        }
        return certificateName
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { watch?.pump() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer?.abandon()
        watch?.stop()
        watch = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
