import Foundation
import TestSupport
import Testing

/// Bodies through TLS: whole, large, pipelined, and cut where nobody may take them for whole.
@Suite struct `Bodies over TLS` {
    /// A gateway with the certificate of `app` and an upstream that does what the script says.
    private func withScript(
        _ script: @escaping ScriptedUpstream.Script,
        _ body: (TLSStage, ScriptedUpstream) throws -> Void
    ) throws {
        let upstream = try ScriptedUpstream(script)
        defer { upstream.stop() }
        try withTLS { _ in
            ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        } _: {
            try body($0, upstream)
        }
    }

    @Test(arguments: ["--tlsv1.2 --tls-max 1.2", "--tlsv1.3"])
    func `large bodies pass both ways, byte for byte`(versions: String) throws {
        try withScript { connection in
            while let request = try connection.readRequest() {
                try connection.send(
                    head("HTTP/1.1 200 OK", "Content-Length: \(request.body.count)"))
                try connection.send(request.body)
            }
        } _: { stage, upstream throws in
            let scratch = try ScratchFolder()
            let (sent, got) = (scratch.path("sent"), scratch.path("got"))
            try Tool.succeed(["/usr/bin/openssl", "rand", "-out", sent, "\(20 << 20)"])
            for framing in ["Content-Length: \(20 << 20)", "Transfer-Encoding: chunked"] {
                var arguments = versions.split(separator: " ").map(String.init)
                arguments += ["--data-binary", "@\(sent)", "-H", framing, "-o", got]
                let answer = try stage.curl(app, "/", arguments)
                #expect(answer.isGood, "\(answer.stderr)")
                #expect(try Tool.run(["/usr/bin/cmp", sent, got]).isGood)
            }
            #expect(upstream.requests.map(\.body.count) == [20 << 20, 20 << 20])
        }
    }

    @Test func `many requests in one record are answered in their order`() throws {
        try withScript { connection in
            while let request = try connection.readRequest() {
                try connection.send(response(body: request.target))
            }
        } _: { stage, _ throws in
            let said = try stage.python(
                Self.connect
                    + """
                    ask = "".join(f"GET /{n} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n" for n in range(50))
                    tls.sendall(ask.encode())
                    answer = b""
                    while b"/49" not in answer:
                        answer += tls.recv(65536)
                    print(all(f"\\r\\n\\r\\n/{n}".encode() in answer for n in range(50)))
                    """)
            #expect(said.stdout == "True\n", "\(said.stderr)")
        }
    }

    @Test func `a body that ends with its connection has a goodbye only when it is whole`() throws {
        try withScript { connection in
            guard let request = try connection.readRequest() else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            try connection.send("5\r\nhello\r\n")
            if request.target == "/whole" { try connection.send("0\r\n\r\n") }
        } _: { stage, _ throws in
            // To a client of HTTP/1.0 the end of the connection is the end of the body.
            let said = try stage.python(
                """
                import socket, ssl, sys
                port, authority, host = int(sys.argv[1]), sys.argv[2], sys.argv[3]
                context = ssl.create_default_context(cafile=authority)
                for path in ("/whole", "/cut"):
                    plain = socket.create_connection(("127.0.0.1", port), 5)
                    tls = context.wrap_socket(
                        plain, server_hostname=host, suppress_ragged_eofs=False)
                    tls.sendall(f"GET {path} HTTP/1.0\\r\\nHost: {host}\\r\\n\\r\\n".encode())
                    answer = b""
                    try:
                        while (part := tls.recv(65536)):
                            answer += part
                        print(path, "ends", answer.endswith(b"hello"))
                    except OSError as error:
                        print(path, "breaks")
                """)
            #expect(said.stdout == "/whole ends True\n/cut breaks\n", "\(said.stderr)")
        }
    }

    /// Connects as `tls`, to `host`.
    private static let connect = """
        import socket, ssl, sys
        port, authority, host = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        context = ssl.create_default_context(cafile=authority)
        tls = context.wrap_socket(
            socket.create_connection(("127.0.0.1", port), 5), server_hostname=host)

        """

    @Test func `idle connections cost little and many live at once`() throws {
        try withTLS { stage throws in
            let before = stage.gateway.process.residentKilobytes.now
            let said = try stage.python(
                """
                import socket, ssl, sys
                port, authority, host = int(sys.argv[1]), sys.argv[2], sys.argv[3]
                context = ssl.create_default_context(cafile=authority)
                ask = f"GET / HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n".encode()
                all = []
                for turn in range(500):
                    plain = socket.create_connection(("127.0.0.1", port), 5)
                    all.append(context.wrap_socket(plain, server_hostname=host))
                for turn in range(2):
                    for tls in all:
                        tls.sendall(ask)
                    for tls in all:
                        assert tls.recv(65536).startswith(b"HTTP/1.1 200 ")
                print("good")
                """)
            #expect(said.stdout == "good\n", "\(said.stderr)")
            let grown = stage.gateway.process.residentKilobytes.peak - before
            // Finds a buffer that each would keep; what a connection costs is measured elsewhere.
            #expect(grown < Sanitizers.growth(500 * 64), "\(grown) KiB for 500 connections")
        }
    }
}
