import TestSupport
import Testing

/// Request targets of every form.
@Suite struct `Targets` {
    @Test(arguments: [
        "/", "/a%2Fb/../c//d/./e", "/?", "/x?y=/../z&y=%zz&&=", "/;p=1,2;q",
        "/%C3%A9~!$&'()*+,;=:@",
        "/a|b^c`{}\"<>\\",
    ])
    func `the path and the query are forwarded byte for byte`(target: String) throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let answer = try RawClient.ask(port: gateway.external, ask("GET", target))
            #expect(answer.status == 200)
            #expect(upstream.requests.map(\.target) == [target])
        }
    }

    @Test func `the absolute form wins over Host and is forwarded as a path`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            for (target, seen) in [
                ("http://\(app)/x?y", "/x?y"), ("http://\(app)", "/"), ("http://\(app)?q", "/?q"),
                ("HTTP://\(app)/z", "/z"),
            ] {
                let answer = try RawClient.ask(
                    port: gateway.external, head("GET \(target) HTTP/1.1", "Host: evil.example"))
                #expect(answer.status == 200)
                #expect(upstream.requests.last?.target == seen)
                #expect(upstream.requests.last?.values("Host") == [app])
            }
        }
    }

    @Test func `the host is matched in any case and without its port, and sent as it came`() throws
    {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            for host in [app, app + ":80", app.uppercased(), "App.Default.Example.com:8080"] {
                let answer = try RawClient.ask(
                    port: gateway.external, head("GET / HTTP/1.1", "Host: \(host)"))
                #expect(answer.status == 200)
                #expect(upstream.requests.last?.values("Host") == [host])
            }
        }
    }

    @Test func `OPTIONS * is never made a path`() throws {
        try withApp(answering: { _ in response("200 OK", "Allow: GET") }) {
            gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("OPTIONS", "*"))
            // Either it is forwarded as it is, or, since no path begins so, it is 404 (§2.5).
            let status = try client.readResponse().status
            let seen = upstream.requests.map(\.startLine)
            #expect(
                status == 200 && seen == ["OPTIONS * HTTP/1.1"] || status == 404 && seen.isEmpty)
            try client.send(ask("OPTIONS", "/"))
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test(arguments: ["PATCH", "PROPFIND", "M-SEARCH", "LONGMETHODNAME", "TRACE"])
    func `any method is forwarded`(method: String) throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let answer = try RawClient.ask(port: gateway.external, ask(method), method: method)
            #expect(answer.status == 200)
            #expect(upstream.requests.map(\.method) == [method])
        }
    }
}
