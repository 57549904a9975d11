import Bytes
import HTTP
import Testing

private func text(_ append: (inout Buffer) -> Void) -> String {
    String(decoding: written(append), as: UTF8.self)
}

@Test
func `A request is written with framing of our own`() {
    let input = Array(
        ("POST http://b.example/x?y HTTP/1.0\r\nHost: a.example\r\nX-Odd:1\r\nX-Tab:\tz \r\n"
            + "Connection: x-hop\r\nX-Hop: 2\r\nAccept: */*\r\nAccept-Language: en\r\n"
            + "Content-Length: 5\r\nX-Last:\r\n\r\n").utf8)
    var head = Head()
    var parser = RequestHeadParser()
    #expect(
        parser.parse(input.span, into: &head, limits: HeadLimits())
            == .complete(length: input.count))
    #expect(
        String(decoding: forwarded(head, in: input), as: UTF8.self)
            == "POST /x?y HTTP/1.1\r\nhost: b.example\r\ncontent-length: 5\r\nX-Odd: 1\r\n"
            + "X-Tab: z\r\nAccept: */*\r\nAccept-Language: en\r\nX-Last: \r\n\r\n")
}

@Test
func `A status line keeps the reason or gets the standard one`() {
    #expect(text { $0.append(status: 404) } == "HTTP/1.1 404 Not Found\r\n")
    #expect(text { $0.append(status: 299) } == "HTTP/1.1 299 \r\n")
    let reason = Array("Très bien".utf8)
    #expect(text { $0.append(status: 200, reason: reason.span) } == "HTTP/1.1 200 Très bien\r\n")
}

@Test
func `Every status that a fault deserves has a reason`() {
    for fault in HeadFault.allCases {
        #expect(text { $0.append(status: fault.status) }.count > "HTTP/1.1 400 \r\n".count)
    }
}

@Test
func `A head is framed by its body`() {
    #expect(text { $0.append(framing: .none) } == "")
    #expect(text { $0.append(framing: .untilClose) } == "")
    #expect(text { $0.append(framing: .chunked) } == "transfer-encoding: chunked\r\n")
    #expect(text { $0.append(framing: .length(0)) } == "content-length: 0\r\n")
    let largest = text { $0.append(framing: .length(UInt64(Int64.max))) }
    #expect(largest == "content-length: 9223372036854775807\r\n" && largest.utf8.count <= 38)
}

@Test
func `What is written in chunks is read back`() {
    let data = Array("hello".utf8)
    let value = Array("0".utf8)
    let body = written {
        for count in 1...5 {
            $0.append(chunkHeader: count)
            $0.append(data.span.extracting(first: count))
            $0.appendChunkEnd()
        }
        $0.appendLastChunk()
        $0.append(field: "grpc-status", value.span)
        $0.appendLineEnd()
    }
    let head = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    #expect(
        Reading.response(head + body).outcome
            == .accepted(body: "hhehelhellhello", trailers: ["grpc-status: 0"]))
}

@Test
func `An empty chunk would end the body and traps`() async {
    await #expect(processExitsWith: .failure) {
        _ = written { $0.append(chunkHeader: 0) }
    }
}
