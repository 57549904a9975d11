internal import Bytes
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Asks a running gateway's admin pages; one connection for each question.
package struct AdminClient: Sendable {
    private typealias Exchange = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// LIMIT: bytes of an answer.
    private static let sizeMax = 4 << 20

    /// How long a gateway may take to answer.
    private static let patience: TimeAmount = .seconds(10)

    private let address: ListenAddress

    /// `text` is the address of the admin listener, such as `127.0.0.1:9901`.
    package init(_ text: String) throws(GatewayFault) {
        guard let address = ListenAddress(text), address.ip != nil else {
            throw GatewayFault("\"\(text)\" is no address, one like 127.0.0.1:9901 would be right")
        }
        self.address = address
    }

    /// The gateway's explanation; throws where it cannot be asked, or refuses the request.
    package func explain(_ request: ExplainRequest, asJSON: Bool) async throws -> String {
        let (code, text) = try await post(
            "/explain?format=\(asJSON ? "json" : "text")", body: request.json)
        if code == 200 { return text }
        let reason = text.hasSuffix("\n") ? String(text.dropLast()) : text
        if code == 422 { throw ExplainRequest.Refusal(reason, isByListeners: true) }
        throw GatewayFault(reason)
    }

    private func post(_ target: String, body: String) async throws -> (code: UInt, text: String) {
        let channel: Exchange
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .connect(host: IPText.text(of: address.ip ?? []), port: Int(address.port)) {
                    channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try Exchange(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw GatewayFault(
                "no gateway answers at \(address), the address of a running one's admin pages, "
                    + "or --manifests PATH, would be right")
        }
        let end = channel.channel.eventLoop.scheduleTask(in: Self.patience) { [channel] in
            channel.channel.close(promise: nil)
        }
        defer { end.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            let head = HTTPRequestHead(
                version: .http1_1, method: .POST, uri: target,
                headers: [
                    "Host": address.description, "Connection": "close",
                    "Content-Type": "application/json", "Content-Length": "\(body.utf8.count)",
                ])
            // In one: the gateway answers, and closes, as soon as it has the whole body.
            try await outbound.write(contentsOf: [
                .head(head), .body(.byteBuffer(ByteBuffer(string: body))), .end(nil),
            ])
            var code: UInt = 0
            var text = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let head): code = head.status.code
                case .body(var bytes):
                    guard text.readableBytes + bytes.readableBytes <= Self.sizeMax else {
                        throw GatewayFault("the answer is too long")
                    }
                    text.writeBuffer(&bytes)
                case .end: return (code, String(buffer: text))
                }
            }
            throw GatewayFault(
                "the gateway at \(address) ended its answer early, or did not answer in 10 s")
        }
    }
}
