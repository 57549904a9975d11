import Bytes
import HTTP

/// Heads and bodies of HTTP/1: cuts change nothing, and what is forwarded means the same.
///
/// The first byte says whose side it is and which limits hold.
enum HTTP1Subject {
    private static let tight = HeadLimits(
        headBytes: 200, fields: 4, targetBytes: 24, trailerBytes: 48, trailerFields: 2,
        allowsUnderscores: true)
    private static let methods: [HTTP.Method] = [.get, .head, .connect, .post]

    static func check(_ bytes: [UInt8]) throws(Finding) {
        guard let first = bytes.first else { return }
        let message = bytes.dropFirst()
        let isRequest = first & 1 == 0
        let limits = first & 2 == 0 ? HeadLimits() : tight
        let method = methods[Int(first >> 2 & 3)]
        _ = try Cuts.agree(message) { pieces throws(Finding) in
            var reader = HTTP1Reader(isRequest: isRequest, method: method, limits: limits)
            return try reader.read(pieces)
        }
        if isRequest { try checkForwarding(Array(message)) }
    }

    /// A head that was accepted is one when it is sent on, and the same one.
    private static func checkForwarding(_ bytes: [UInt8]) throws(Finding) {
        let limits = HeadLimits()
        var head = Head()
        var parser = RequestHeadParser()
        guard case .complete = parser.parse(bytes.span, into: &head, limits: limits),
            !head.authority.isEmpty
        else { return }
        let once = forwarded(head, bytes)
        var again = Head()
        let status = parser.parse(once.span, into: &again, limits: limits)
        try demand(status, equals: .complete(length: once.count), "sent on: \(shown(once))")
        try demand(forwarded(again, once), equals: once, "sent on twice")
        try demand(again.framing, equals: head.framing, "framing")
        try demand(kept(again, once), equals: kept(head, bytes), "fields")
    }

    private static func forwarded(_ head: borrowing Head, _ bytes: [UInt8]) -> [UInt8] {
        var pool = ChunkPool()
        var buffer = Buffer()
        buffer.reserve(ChunkPool.sizeMax, from: &pool)
        buffer.append(requestLineOf: head, in: bytes.span)
        buffer.append(field: "host", bytes.span.extracting(head.authority.range))
        buffer.append(framing: head.framing)
        buffer.append(fieldsOf: head, in: bytes.span)
        buffer.appendLineEnd()
        return buffer.bytes.array
    }

    private static func kept(_ head: borrowing Head, _ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for index in 0..<head.fields.count where !head.fields[index].isDropped {
            let field = head.fields[index]
            lines.append("\(shown(bytes[field.name.range])): \(shown(bytes[field.value.range]))")
        }
        return lines
    }
}
