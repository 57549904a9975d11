import Bytes
import HTTP
import TestSupport
import Testing

@Test(arguments: responseVectors)
func `A response vector gets its verdict however it is cut`(_ vector: ResponseVector) {
    let method: HTTP.Method = vector.isToHead ? .head : .get
    let whole = Reading.response(vector.input, to: method)
    #expect(whole.outcome == vector.expected)
    for cut in splits(of: vector.input.count) {
        #expect(Reading.response(vector.input, to: method, cuts: cut) == whole)
    }
}

@Test
func `A response head is taken apart`() {
    let text =
        "HTTP/1.1 404 Not here\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nHost: odd\r\n"
        + "Content-Length: 0\r\nProxy-Authenticate: Basic\r\nSet-Cookie: a=b\r\n\r\n"
    #expect(
        Reading.response(Array(text.utf8)).head == """
              path 
            authority  host 
            status 404 Not here version 1
            framing length(0) declared 0
            keeps false expects false trailers false upgrades false
            [Connection: close, x-hop]
            [X-Hop: 1]
            Host: odd
            [Content-Length: 0]
            [Proxy-Authenticate: Basic]
            Set-Cookie: a=b
            """)
}

@Test
func `The length of a body that does not come is remembered`() {
    let text = Array("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n".utf8)
    #expect(Reading.response(text).head.contains("framing none declared 77\n"))
}

@Test
func `A switch to websocket leaves HTTP`() {
    let text = Array(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nX"
            .utf8)
    let reading = Reading.response(text)
    #expect(reading.head.contains("framing none"))
    #expect(reading.head.contains("keeps false"))
    #expect(reading.head.contains("upgrades true"))
    #expect(reading.outcome == .accepted(rest: "X"))
}

@Test
func `A body without an end keeps no connection`() {
    let text = Array("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n".utf8)
    let head = Reading.response(text).head
    #expect(head.contains("framing untilClose") && head.contains("keeps false"))
}
