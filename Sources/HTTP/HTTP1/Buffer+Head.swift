package import Bytes

// Every append goes into room that the caller reserved; each says how much it needs.
extension Buffer {
    /// The request line of a parsed head, with its target in origin form: at most the method, the
    /// target and 13 bytes more.
    ///
    /// A target that came in absolute form without a path gets its `/`, or `*` for OPTIONS
    /// (RFC 9112 §3.2.1, §3.2.4).
    package mutating func append(requestLineOf head: borrowing Head, in bytes: Span<UInt8>) {
        append(bytes.extracting(head.methodText.range))
        append(0x20)
        let target = bytes.extracting(head.target.range)
        if target.isEmpty {
            append(head.method == .options ? 0x2a : 0x2f)
        } else if target[0] == 0x3f {
            append(0x2f)
        }
        append(target)
        append(" HTTP/1.1\r\n")
    }

    /// A status line with the reason that came with it: 15 bytes and the reason.
    package mutating func append(status: UInt16, reason: Span<UInt8>) {
        precondition(status >= 100 && status <= 999)
        append("HTTP/1.1 ")
        append(decimal: UInt64(status))
        append(0x20)
        append(reason)
        appendLineEnd()
    }

    /// A status line with the standard reason: at most 48 bytes.
    package mutating func append(status: UInt16) {
        append(status: status, reason: ByteScan.bytes(of: ReasonPhrase.of(status)))
    }

    /// A field: name, value and 4 bytes.
    package mutating func append(field name: Span<UInt8>, _ value: Span<UInt8>) {
        append(line: name, 0x3a, 0x20, value)
    }

    /// All fields of a parsed head but the dropped ones: at most their names and values and 4
    /// bytes each.
    ///
    /// Neighbours that came exactly as we write fields are copied in one go.
    package mutating func append(fieldsOf head: borrowing Head, in bytes: Span<UInt8>) {
        var run = 0..<0
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            if field.isDropped { continue }
            let name = field.name.range
            let value = field.value.range
            let isCanonical =
                value.lowerBound == name.upperBound + 2 && bytes[name.upperBound + 1] == 0x20
                && value.upperBound + 2 <= bytes.count && bytes[value.upperBound] == 0x0d
            if isCanonical && name.lowerBound == run.upperBound {
                run = run.lowerBound..<value.upperBound + 2
                continue
            }
            append(bytes.extracting(run))
            run = isCanonical ? name.lowerBound..<value.upperBound + 2 : 0..<0
            if !isCanonical { append(field: bytes.extracting(name), bytes.extracting(value)) }
        }
        append(bytes.extracting(run))
    }

    /// The empty line that ends a head or a trailer section: 2 bytes.
    package mutating func appendLineEnd() { append(bytesOf: 0x0a0d as UInt16) }

    /// The field that tells how the body is framed: at most 38 bytes; nothing when there is no
    /// body or it ends with the connection.
    package mutating func append(framing: BodyFraming) {
        switch framing {
        case .none, .untilClose: break
        case .length(let count): append(contentLength: count)
        case .chunked: append("transfer-encoding: chunked\r\n")
        }
    }

    /// A Content-Length field: at most 38 bytes.
    package mutating func append(contentLength count: UInt64) {
        append("content-length: ")
        append(decimal: count)
        append("\r\n")
    }
}
