import Foundation

/// Inputs by hand.
enum Seeds {
    /// The folder `Tests/Fuzz`.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The choice of side and limits, then messages in a row.
    static let http1: [[UInt8]] =
        requests.flatMap { text in [0, 2].map { [$0] + Array(text.utf8) } }
        + responses.flatMap { text in [1, 3, 5].map { [$0] + Array(text.utf8) } }

    private static let requests = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET http://a.test/b?c HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello"
            + "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
            + "5;a=b;c=\"d\\\"\"\r\nhello\r\n0\r\nX-A: b\r\nHost: c\r\n\r\n",
        "GET /w HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: Upgrade, x-b\r\nUpgrade: websocket\r\n"
            + "X-B: c\r\nTE: trailers\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nKeep-Alive: 5\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]

    private static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: a\r\n\r\n"
            + "a\r\n0123456789\r\n0\r\na: b\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n\u{1}",
        "HTTP/1.1 304 \r\nContent-Length: 9\r\nConnection: close\r\n\r\n",
    ]

    static let targets = [
        "/\na.test", "/a/b?c=d\na.test:8080", "http://b.test:1/c?d\na.test", "*\n[::1]:80",
        "https://[2001:db8::1]\n192.0.2.1", "/%00/../.\nA.Test.", "a:80\n::ffff:1.2.3.4",
        "//\n1:2:3:4:5:6:7:8", "ftp://x/\nx_y~z-1", "http://u@h/\n0.0.0.0",
        "/?#\n[v1.a]", "http://a?b\n1::", "/a\na:65536",
    ]

    static let proxies: [[UInt8]] = {
        let mark: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
        let four: [UInt8] = [10, 0, 0, 1, 10, 0, 0, 2, 0x12, 0x34, 0, 80]
        let six = (0..<36).map { UInt8($0) }
        let texts = [
            "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\nGET /", "PROXY UNKNOWN\r\n",
            "PROXY TCP6 2001:db8::1 ::1 1 2\r\n", "PROXY UNKNOWN what ever\r\nx",
            "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
        ]
        return texts.map { Array($0.utf8) } + [
            mark + [0x21, 0x11, 0, 12] + four + [1], mark + [0x21, 0x21, 0, 36] + six,
            mark + [0x20, 0, 0, 0], mark + [0x21, 0x11, 0, 15] + four + [3, 0, 0],
            mark + [0x21, 0x31, 0, 1, 0],
        ]
    }()

    static let frames: [[UInt8]] = [
        [0x81, 2, 1, 2, 0x88, 0], [0x82, 0x83, 1, 2, 3, 4, 5, 6, 7, 0x89, 0x80, 0, 0, 0, 0],
        [0x82, 126, 0, 3, 1, 2, 3, 0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1, 9],
        [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
    ]

    /// Raw records for either side, and conversations: orders and amounts.
    static let tls: [[UInt8]] = [
        [2, 2, 0, 3, 0, 2, 0, 3, 0, 4, 5, 5, 6, 2, 0, 3, 0, 23, 0, 2, 0],
        [2, 0, 9, 0, 200, 2, 0, 1, 9, 3, 0, 2, 0, 3, 0, 4, 200, 0, 30, 2, 0, 13, 255, 1, 77, 3, 0],
        [2, 2, 0, 3, 0, 2, 0, 3, 0, 4, 9, 6, 7, 2, 0, 55, 0, 3, 0],
        [0, 22, 3, 1, 0, 5, 1, 0, 0, 1, 3], [1, 21, 3, 3, 0, 2, 2, 40],
        [0] + Array("GET / HTTP/1.1\r\n\r\n".utf8), [0] + hello,
    ]

    /// A ClientHello of TLS 1.3 for `a.test`, with one suite and one share of X25519.
    private static let hello: [UInt8] = {
        let name: [UInt8] = [0, 0, 0, 11, 0, 9, 0, 0, 6] + "a.test".utf8
        let groups: [UInt8] = [0, 10, 0, 4, 0, 2, 0, 29]
        let schemes: [UInt8] = [0, 13, 0, 6, 0, 4, 4, 3, 8, 4]
        let versions: [UInt8] = [0, 43, 0, 3, 2, 3, 4]
        let share: [UInt8] = [0, 51, 0, 38, 0, 36, 0, 29, 0, 32] + (1...32).map { UInt8($0) }
        let alpn: [UInt8] = [0, 16, 0, 5, 0, 3, 2] + "h2".utf8
        let extensions = name + groups + schemes + versions + share + alpn
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0, 2, 0x13, 1, 1, 0]
            + [UInt8(extensions.count >> 8), UInt8(extensions.count & 255)] + extensions
        return [22, 3, 1, 0, UInt8(body.count + 4), 1, 0, 0, UInt8(body.count)] + body
    }()

    static let settings: [[UInt8]] =
        [
            "workers: 2\nlisteners:\n  external-http: ['127.0.0.1:80', '[::1]:81']\n"
                + "  admin: localhost:1\n",
            "domain: a.test\ndrain-time: 1.5m\n===\nWEIR_WORKERS=3\n"
                + "drain-delay=5s\nlisteners.status=:1,:2\n",
            "proxy-protocol: trusted\ntrusted-cidrs: [10.0.0.0/8, 'fd00::/8']\n"
                + "===\nWEIR_EXPLAIN_TOKEN=0123456789\n",
            "tls-ciphers: ECDHE-RSA-AES128-GCM-SHA256\nduration-buckets: [0.1, 1]\n"
                + "workers: many\nworker: 1\n",
        ].map { Array($0.utf8) } + files(["../../conf/weir.yaml"])

    static let json = [
        #"{"kind":"L","metadata":{"resourceVersion":"7"},"items":[{"a":"]}\""},{"b":[null]}]}"#,
        #"{"a":[1,-2.5e+3,0,true,false,"\u00e9\ud83d\ude00\ud800"],"x":{"items":[{}]}}"#,
        "{\"a\":1}\n{\"type\":\"ADDED\",\"object\":{\"x\":\"\\u0041\"}}\n\n[", "[[[[]]]]",
        "\"\\ud83d\"",
        #"{"a":1,"a":2}"#, "{\"a\": 01}", "-0", #"{"items" : [ ] , "b": 1}"#,
        #"{"items":[{"c":1} , {"d":{}}],"e":12345678901234567890}"#,
        "{\"a\":1.0}\n{\"a\":1,\"a\":2}[3]",
    ]

    static let manifests: [[UInt8]] =
        files([
            "../../conf/demo/hello.yaml", "../ManifestsTests/Fixtures/route-canary-tags.yaml",
            "../ManifestsTests/Fixtures/kingress-canary-80-20-tags.yaml",
            "../ManifestsTests/Fixtures/kingress-tls-redirected-acme.yaml",
            "../ManifestsTests/Fixtures/kingress-system-internal-tls-port443.yaml",
        ]) + more.map { Array($0.utf8) }

    private static let more = [
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config-network, namespace: knative-serving}
        data:
          domain-template: '{{if eq .Name "a"}}{{.Name}}{{else}}x{{end}}.{{.Domain}}'
          tag-template: '{{printf "%s-%s" .Tag .Name}}'
        """,
        """
        {"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"a","namespace":"b",
        "annotations":{"weir.dev/sticky":"header:x","weir.dev/rules":"- {tag: c, methods: [GET]}"}},
        "spec":{"traffic":[{"latestRevision":true,"percent":90},{"revisionName":"a-1","percent":10,"tag":"c"}]}}
        ===
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata: {name: a-1, namespace: b, labels: {serving.knative.dev/configuration: a},
          annotations: {weir.dev/addresses: '127.0.0.1:1'}}
        """,
        """
        apiVersion: serving.knative.dev/v1beta1
        kind: DomainMapping
        metadata: {name: www.acme.test}
        spec: {ref: {name: hello, kind: Route, apiVersion: serving.knative.dev/v1}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: x},
          spec: {type: ExternalName, externalName: x.test, ports: [{port: 80}]}}
        ---
        a: &b [*b]
        ---
        a: &a [x]
        b: &a [*a, <<: &c {d: 1}]
        <<: [*a, *c, {f: !!int "1"}]
        """,
    ]

    private static func files(_ paths: [String]) -> [[UInt8]] {
        paths.compactMap { path in
            (try? Data(contentsOf: folder.appending(path: path))).map { Array($0) }
        }
    }
}
