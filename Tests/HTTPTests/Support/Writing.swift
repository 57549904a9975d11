import Bytes
import HTTP

/// Runs appends into a fresh buffer and gives what they wrote.
func written(_ append: (inout Buffer) -> Void) -> [UInt8] {
    var pool = ChunkPool()
    var buffer = Buffer()
    buffer.reserve(ChunkPool.sizeMax, from: &pool)
    append(&buffer)
    var bytes: [UInt8] = []
    for index in buffer.bytes.indices { bytes.append(buffer.bytes[index]) }
    return bytes
}

/// A request head as the gateway would send it on: framing and Host anew, then what is kept.
func forwarded(_ head: borrowing Head, in bytes: [UInt8]) -> [UInt8] {
    var pool = ChunkPool()
    var buffer = Buffer()
    buffer.reserve(ChunkPool.sizeMax, from: &pool)
    buffer.append(requestLineOf: head, in: bytes.span)
    if !head.authority.isEmpty {
        buffer.append(field: "host", bytes.span.extracting(head.authority.range))
    }
    buffer.append(framing: head.framing)
    buffer.append(fieldsOf: head, in: bytes.span)
    buffer.appendLineEnd()
    var result: [UInt8] = []
    for index in buffer.bytes.indices { result.append(buffer.bytes[index]) }
    return result
}
