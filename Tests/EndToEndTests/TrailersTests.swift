import TestSupport
import Testing

/// Trailers of chunked messages, both ways.
@Suite struct `Trailers` {
    @Test func `trailers reach the upstream`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let request =
                ask("POST", "/", "Transfer-Encoding: chunked", "Trailer: X-Sum", "TE: trailers")
                + chunked("abc", trailers: ["X-Sum: 42", "X-More: a b"])
            let answer = try RawClient.ask(port: gateway.external, request)
            #expect(answer.status == 200)
            #expect(try upstream.request().bodyText == "abc")
            #expect(try upstream.request().trailer("X-Sum") == "42")
            #expect(try upstream.request().trailer("X-More") == "a b")
            #expect(try upstream.request()["TE"] == "trailers")
            // RFC 9110 §10.1.4.
            #expect(try upstream.request()["Connection"] == "te")
        }
    }

    @Test func `trailers reach the client`() throws {
        try withApp(answering: { _ in
            head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum")
                + chunked("abc", trailers: ["X-Sum: 42", "X-More: a b"])
        }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<2 {
                try client.send(ask("GET", "/", "TE: trailers"))
                let answer = try client.readResponse()
                #expect(answer.bodyText == "abc")
                #expect(answer.trailer("X-Sum") == "42")
                #expect(answer.trailer("X-More") == "a b")
            }
        }
    }

    @Test func `chunks and trailers that arrive byte by byte are forwarded, both ways`() throws {
        try withApp { connection in
            while let request = try connection.readRequest() {
                try connection.drip(
                    head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
                        + chunked(request.bodyText, trailers: ["X-Sum: \(request.trailers.count)"]))
            }
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(ask("POST", "/", "Transfer-Encoding: chunked"))
                let body = chunked("abc", trailers: ["X-Sum: 42", "X-More: 43"])
                for byte in body.utf8 { try client.send([byte]) }
                let answer = try client.readResponse()
                #expect(answer.bodyText == "abc")
                #expect(answer.trailer("X-Sum") == "2")
            }
        }
    }

    @Test(arguments: ["Content-Length: 9", "Transfer-Encoding: chunked", "Host: evil"])
    func `a trailer that frames or routes is not forwarded`(trailer: String) throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let request =
                ask("POST", "/", "Transfer-Encoding: chunked")
                + chunked("abc", trailers: [trailer, "X-Good: 1"])
            let client = try RawClient(port: gateway.external)
            try client.send(request)
            let status = try client.readResponse().status
            #expect([200, 400].contains(status))
            #expect(!upstream.receivedText.contains("evil"))
            #expect(!upstream.receivedText.contains("Content-Length: 9"))
            if status == 200 {
                #expect(try upstream.request().trailers == [FieldLine("X-Good", "1")])
            }
        }
    }
}
