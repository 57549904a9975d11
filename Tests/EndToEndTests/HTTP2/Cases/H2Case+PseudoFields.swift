import TestSupport

/// RFC 9113 §8.3 and §8.5: the fields that say what is asked for.
extension H2Case {
    static let pseudoFields: [H2Case] =
        missing + twice + unknown + paths + authorities + methodsAndSchemes + connect

    private static let missing: [H2Case] = [
        .refused("RFC 9113 §8.3.1: no :method", pseudo(nil)),
        .refused("RFC 9113 §8.3.1: no :scheme", pseudo(scheme: nil)),
        .refused("RFC 9113 §8.3.1: no :path", pseudo(path: nil)),
        .refused("RFC 9113 §8.3.1: an empty :path", pseudo(path: "")),
        .refused("RFC 9113 §8.3.1: an empty :method", pseudo("")),
        .refused("RFC 9113 §8.3.1: an empty :scheme", pseudo(scheme: "")),
        .refused("RFC 9113 §8.3.1: neither :authority nor host", pseudo(authority: nil)),
        .refused("RFC 9113 §8.3.1: an empty :authority", pseudo(authority: "")),
    ]

    private static let twice: [H2Case] = [":method", ":scheme", ":path", ":authority"].map { name in
        let first = pseudo().filter { $0.name == name }
        return .refused("RFC 9113 §8.3.1: two \(name)", first + pseudo())
    }

    private static let unknown: [H2Case] = [
        .refused("RFC 9113 §8.3: an unknown pseudo field", pseudo() + [.init(":test", "a")]),
        .refused("RFC 9113 §8.3: a name that is just a colon", pseudo() + [.init(":", "a")]),
        .refused(
            "RFC 9113 §8.3: an uppercase pseudo field", pseudo(nil) + [.init(":Method", "GET")]),
        .refused("RFC 9113 §8.3: :status in a request", pseudo() + [.init(":status", "200")]),
        .refused(
            "RFC 9113 §8.3: a pseudo field behind others",
            pseudo(path: nil) + [.init("x-a", "b"), .init(":path", "/")]),
        .refused(
            "RFC 9113 §8.3: :authority behind others",
            pseudo(authority: nil) + [.init("x-a", "b"), .init(":authority", app)]),
        .refused(
            "RFC 8441 §4: :protocol without :scheme and :path",
            pseudo("CONNECT", scheme: nil, path: nil) + [.init(":protocol", "websocket")],
            statuses: [400, 501]),
        .refused(
            "RFC 8441 §4: two :protocol",
            pseudo("CONNECT") + [.init(":protocol", "websocket"), .init(":protocol", "x")],
            statuses: [400, 501]),
        .refused(
            "RFC 8441 §4: :protocol outside CONNECT",
            pseudo() + [.init(":protocol", "websocket")]),
    ]

    private static func path(_ path: String, _ rule: String) -> H2Case {
        .refused("RFC 9113 §8.3.1: \(rule)", pseudo(path: path))
    }

    private static let paths: [H2Case] = [
        path("other", ":path without a slash"),
        path("?a=b", ":path of a query only"),
        path("*", ":path of * outside OPTIONS"),
        path("http://\(app)/", ":path with a scheme"),
        path("/a b", "a space in :path"),
        path("/ HTTP/1.1\r\nHost: evil\r\n\r\n", "a line break in :path"),
        path("/a\0", "NUL in :path"),
        path("/a\t", "a tab in :path"),
        path("/a#b", "a fragment in :path"),
        path(" /", "a space before :path"),
        path("/\u{7f}", "DEL in :path"),
        .answered("RFC 9113 §8.3.1: a query in :path", pseudo(path: "/?a=b&c=%20")),
    ]

    private static func authority(_ authority: String, _ rule: String) -> H2Case {
        .refused("RFC 9113 §8.3.1: \(rule)", pseudo(authority: authority))
    }

    private static let authorities: [H2Case] = [
        authority("user@\(app)", "user info in :authority"),
        authority("\(app) ", "a space behind :authority"),
        authority("a b", "a space in :authority"),
        authority("\(app)/x", "a slash in :authority"),
        authority("\(app)\r\nx-a: b", "a line break in :authority"),
        authority("\(app)\0", "NUL in :authority"),
        authority("\(app):port", ":authority with a port that is no number"),
        authority("\(app), evil", "a list in :authority"),
        .refused(
            "RFC 9113 §8.3.1: host that differs from :authority",
            pseudo() + [.init("host", "evil.example")]),
        .refused(
            "RFC 9113 §8.3.1: two host fields",
            pseudo(authority: nil) + [.init("host", app), .init("host", app)]),
        .answered("RFC 9113 §8.3.1: host that equals :authority", pseudo() + [.init("host", app)]),
        .answered(
            "RFC 9113 §8.3.1: host in place of :authority",
            pseudo(authority: nil) + [.init("host", app)]),
        .answered("RFC 9113 §8.3.1: :authority with a port", pseudo(authority: "\(app):80")),
    ]

    private static let methodsAndSchemes: [H2Case] = [
        .refused("RFC 9110 §9.1: a method that is no token", pseudo("GE(T")),
        .refused("RFC 9110 §9.1: a space in :method", pseudo("GET / HTTP/1.1")),
        .refused("RFC 9110 §9.1: a line break in :method", pseudo("GET\r\n")),
        .refused("RFC 9113 §8.3.1: a line break in :scheme", pseudo(scheme: "http\r\n")),
        .refused("RFC 9113 §8.3.1: a :scheme that is none", pseudo(scheme: "ht tp")),
        .refused(
            "RFC 9113 §8.3.1: a :scheme that holds a request",
            pseudo(scheme: "http://evil/ HTTP/1.1")),
        .answered("RFC 9110 §9.1: a method that we do not know", pseudo("PROPFIND")),
        H2Case("RFC 9110 §9.3.7: OPTIONS * is forwarded so or not found", .checked) { client in
            let answer = try client.ask(pseudo("OPTIONS", path: "*"))
            guard [200, 404].contains(answer.status) else { throw TestFault("\(answer.status)") }
        },
    ]

    private static let connect: [H2Case] = [
        .refused("RFC 9113 §8.5: CONNECT with :path", pseudo("CONNECT", scheme: nil)),
        .refused("RFC 9113 §8.5: CONNECT with :scheme", pseudo("CONNECT", path: nil)),
        .refused("RFC 9113 §8.5: CONNECT with both", pseudo("CONNECT")),
        .refused(
            "RFC 9113 §8.5: CONNECT without :authority",
            pseudo("CONNECT", scheme: nil, path: nil, authority: nil)),
        .refused(
            "RFC 9110 §9.3.6: CONNECT, which no gateway serves",
            pseudo("CONNECT", scheme: nil, path: nil, authority: "\(app):443"),
            statuses: [400, 405, 501]),
    ]
}
