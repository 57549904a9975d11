import TestSupport
import Testing

/// Responses that have no body whatever their fields say.
@Suite struct `Bodiless responses` {
    @Test func `HEAD keeps the length of what GET would give`() throws {
        try withApp(answering: {
            $0.method == "HEAD"
                ? head("HTTP/1.1 200 OK", "Content-Length: 1234", "ETag: \"e\"")
                : response(body: "next")
        }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(ask("HEAD"))
                let answer = try client.readResponse(to: "HEAD")
                #expect(answer["Content-Length"] == "1234")
                #expect(answer["ETag"] == "\"e\"")
                try client.send(ask())
                #expect(try client.readResponse().bodyText == "next")
            }
            #expect(upstream.connections.count == 1)
        }
    }

    @Test func `HEAD of a chunked resource has no body`() throws {
        try withApp(answering: {
            $0.method == "HEAD"
                ? head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") : response(body: "next")
        }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("HEAD") + ask())
            #expect(try client.readResponse(to: "HEAD").status == 200)
            #expect(try client.readResponse().bodyText == "next")
            #expect(upstream.connections.count == 1)
        }
    }

    @Test(arguments: [
        ["HTTP/1.1 204 No Content"], ["HTTP/1.1 304 Not Modified", "ETag: \"e\""],
        ["HTTP/1.1 304 Not Modified", "Content-Length: 1234"],
    ])
    func `204 and 304 end with their heads`(lines: [String]) throws {
        try withApp(answering: {
            $0.target == "/next"
                ? response(body: "next") : lines.joined(separator: "\r\n") + "\r\n\r\n"
        }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask() + ask("GET", "/next"))
            let answer = try client.readResponse()
            #expect(answer.startLine == lines[0])
            #expect(answer["Transfer-Encoding"] == nil)
            if answer.status == 204 { #expect(answer["Content-Length"] == nil) }
            for line in lines.dropFirst() {
                #expect(answer.headText.lowercased().contains(line.lowercased() + "\r\n"))
            }
            #expect(try client.readResponse().bodyText == "next")
            #expect(upstream.connections.count == 1)
        }
    }

    @Test func `the gateway's own answers to HEAD have no body`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<2 {
                try client.send(head("HEAD / HTTP/1.1", "Host: nobody.example.com"))
                #expect(try client.readResponse(to: "HEAD").status == 404)
            }
        }
    }
}
