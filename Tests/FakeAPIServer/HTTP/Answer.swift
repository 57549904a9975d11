import Foundation
import NIOCore
import NIOHTTP1

/// Writes one answer to its connection, as a fault wants it; used on the connection's event loop.
final class Answer {
    private let context: ChannelHandlerContext
    private let isKeptAlive: Bool
    private let pace: (bytes: Int, every: TimeAmount)?
    private var waiting = ByteBuffer()
    private var isTrickling = false
    private var endsWhenSent = false
    private var cutsWhenSent = false
    private(set) var isOver = false

    init(_ context: ChannelHandlerContext, isKeptAlive: Bool, fault: Fault?) {
        self.context = context
        self.isKeptAlive = isKeptAlive
        if case .slow(let bytes, let pause) = fault {
            let nanoseconds = pause / .nanoseconds(1)
            pace = (bytes, .nanoseconds(Int64(nanoseconds)))
        } else {
            pace = nil
        }
    }

    /// Whether the connection takes more without keeping it in memory.
    var isWritable: Bool { context.channel.isWritable }

    var eventLoop: any EventLoop { context.eventLoop }

    /// Sends the head; of a body of unknown length it says that it is chunked.
    func begin(status: Int, fields: HTTPHeaders, length: Int?) {
        var fields = fields
        fields.add(name: "Audit-Id", value: UUID().uuidString.lowercased())
        fields.add(name: "Cache-Control", value: "no-cache, private")
        if let length { fields.add(name: "Content-Length", value: "\(length)") }
        if length == nil { fields.add(name: "Transfer-Encoding", value: "chunked") }
        if !isKeptAlive { fields.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: status), headers: fields)
        context.writeAndFlush(wrap(.head(head)), promise: nil)
    }

    private func wrap(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }

    /// Sends a piece of the body.
    func write(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        guard pace != nil else {
            context.write(wrap(.body(.byteBuffer(bytes))), promise: nil)
            return
        }
        waiting.writeImmutableBuffer(bytes)
        trickle()
    }

    func flush() {
        if !isOver { context.flush() }
    }

    private func trickle() {
        guard let pace, !isTrickling, !isOver else { return }
        if let piece = waiting.readSlice(length: min(pace.bytes, waiting.readableBytes)),
            piece.readableBytes > 0
        {
            isTrickling = true
            context.writeAndFlush(wrap(.body(.byteBuffer(piece))), promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: pace.every) {
                self.isTrickling = false
                self.trickle()
            }
        } else if cutsWhenSent {
            cut()
        } else if endsWhenSent {
            finish()
        }
    }

    /// Ends the answer once everything is sent.
    func end() {
        endsWhenSent = true
        if waiting.readableBytes == 0 && !isTrickling { finish() }
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        let context = context
        let last = context.eventLoop.makePromise(of: Void.self)
        if !isKeptAlive {
            last.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
        context.writeAndFlush(wrap(.end(nil)), promise: last)
    }

    /// Closes the connection after what was written.
    func cut() {
        guard !isOver else { return }
        if waiting.readableBytes > 0 || isTrickling {
            cutsWhenSent = true
            return
        }
        isOver = true
        context.flush()
        context.close(promise: nil)
    }

    /// The connection is gone.
    func abandon() { isOver = true }
}
