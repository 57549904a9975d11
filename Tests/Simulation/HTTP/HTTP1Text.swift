/// Messages of HTTP/1 as clients and upstreams write them.
package enum HTTP1Text {
    package static func request(_ ask: Ask, user: String?, cookie: String?) -> [UInt8] {
        var head =
            "\(ask.method) \(ask.path) HTTP/1.1\r\nHost: \(ask.host)\r\nX-Ask: \(ask.number)\r\n"
        if let user { head += "X-User: \(user)\r\n" }
        if let cookie { head += "Cookie: a=b; \(cookie)\r\n" }
        if ask.closes { head += "Connection: close\r\n" }
        if ask.tunnelSize != nil {
            head += "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(ask.key)\r\n"
        }
        guard let size = ask.bodySize else { return Array((head + "\r\n").utf8) }
        let body = Pattern.bytes(ask.requestSeed, from: 0, count: size)
        head +=
            ask.isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: \(size)\r\n\r\n"
        return Array(head.utf8) + (ask.isChunked ? chunks(body) + Array("0\r\n\r\n".utf8) : body)
    }

    /// A body in chunks, the first ones small, without the last.
    package static func chunks(_ body: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var at = 0
        var size = 1
        while at < body.count {
            let count = min(size, body.count - at)
            text += Array(String(count, radix: 16).utf8) + [13, 10] + body[at..<at + count]
            text += [13, 10]
            at += count
            size = min(size * 7, 9000)
        }
        return text
    }

    /// The whole answer of an attempt, and how many bytes of it are the head.
    package static func answer(_ attempt: Attempt) -> (bytes: [UInt8], headCount: Int) {
        let plan = attempt.plan
        var head = "HTTP/1.1 \(plan.status) Fine\r\n"
        for field in AnswerCheck.fields(attempt) { head += "\(field.name): \(field.value)\r\n" }
        if plan.closes { head += "Connection: close\r\n" }
        let hasNone = plan.status == 204 || plan.status == 304
        let size = attempt.ask.answerSize
        var body: [UInt8] = []
        if !hasNone {
            body = Pattern.bytes(attempt.seed, from: 0, count: size)
            switch plan.framing {
            case .length: head += "Content-Length: \(size)\r\n"
            case .untilClose: break
            case .chunked:
                head += "Transfer-Encoding: chunked\r\n"
                body = chunks(body) + Array("0\r\n".utf8)
                if plan.hasTrailer { body += Array("X-End: \(attempt.ask.number)\r\n".utf8) }
                body += [13, 10]
            }
        }
        if attempt.ask.method == "HEAD" { body = [] }
        let bytes = Array((head + "\r\n").utf8)
        return (bytes + body, bytes.count)
    }

    /// What opens a tunnel, and all that the upstream says over it; how many bytes are the head.
    package static func consent(
        _ attempt: Attempt, accept: String
    ) -> (bytes: [UInt8], headCount: Int) {
        var head = "HTTP/1.1 101 Switching Protocols\r\n"
        head += "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: \(accept)\r\n"
        for field in AnswerCheck.fields(attempt) { head += "\(field.name): \(field.value)\r\n" }
        let bytes = Array((head + "\r\n").utf8)
        let body = Pattern.bytes(attempt.seed, from: 0, count: attempt.ask.answerSize)
        return (bytes + body, bytes.count)
    }

    package static let interim = Array("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".utf8)
    package static let babble = Array("I am no web server.\r\n\r\n".utf8)
}
