import TestSupport

/// RFC 9113 §8.2: names and values that would mean something else as HTTP/1.
extension H2Case {
    static let fieldCases: [H2Case] = names + values + connectionSpecific + good

    private static func name(_ name: String, _ rule: String) -> H2Case {
        .refused("RFC 9113 §8.2.1: \(rule)", fields("GET", "/", (name, "a")))
    }

    private static func value(_ value: String, _ rule: String) -> H2Case {
        .refused("RFC 9113 §8.2.1: \(rule)", fields("GET", "/", ("x-a", value)))
    }

    private static let names: [H2Case] = [
        name("X-A", "an uppercase name"),
        name("x-A", "a name with one uppercase letter"),
        name("", "an empty name"),
        name("x a", "a space in a name"),
        name(" x-a", "a space before a name"),
        name("x-a ", "a space behind a name"),
        name("x-a:", "a colon behind a name"),
        name("x:a", "a colon in a name"),
        name("x-a: b\r\nx-c", "a line break in a name"),
        name("x-a\r", "CR in a name"),
        name("x-a\n", "LF in a name"),
        name("x-a\0", "NUL in a name"),
        name("x-a\t", "a tab in a name"),
        name("x-a\u{7f}", "DEL in a name"),
        name("x-\u{e4}", "a name that is not ASCII"),
        name("x(a)", "a name that is no token"),
        .refused(
            "an underscore in a name, which our settings refuse",
            fields("GET", "/", ("content_length", "5"))),
    ]

    private static let values: [H2Case] = [
        value("b\r\nx-c: d", "a line break in a value"),
        value("b\rc", "CR in a value"),
        value("b\nc", "LF in a value"),
        value("b\0c", "NUL in a value"),
        value(" b", "a space before a value"),
        value("b ", "a space behind a value"),
        value("\tb", "a tab before a value"),
        value("b\t", "a tab behind a value"),
        value("b\u{1}c", "a control in a value"),
        value("b\u{7f}c", "DEL in a value"),
        .refused(
            "RFC 9113 §8.2.1: a request in a value",
            fields(
                "GET", "/", ("x-a", "b\r\n\r\nGET /other HTTP/1.1\r\nHost: \(app)\r\n\r\n"))),
    ]

    private static func specific(_ name: String, _ value: String) -> H2Case {
        .refused("RFC 9113 §8.2.2: \(name): \(value)", fields("GET", "/", (name, value)))
    }

    private static let connectionSpecific: [H2Case] = [
        specific("connection", "keep-alive"), specific("connection", "close"),
        specific("connection", "x-a"), specific("proxy-connection", "keep-alive"),
        specific("keep-alive", "timeout=5"), specific("upgrade", "websocket"),
        specific("upgrade", "h2c"), specific("transfer-encoding", "chunked"),
        specific("transfer-encoding", "identity"), specific("te", "gzip"),
        specific("te", "trailers, deflate;q=0.5"), specific("te", "chunked"),
        H2Case("RFC 9113 §8.2.2: transfer-encoding with a body", .refused([400])) { client in
            try client.send(
                .headers(
                    1, fields("POST", "/", ("transfer-encoding", "chunked")), .endHeaders),
                .data(1, "0\r\n\r\nGET /other HTTP/1.1\r\nHost: \(app)\r\n\r\n", .endStream))
        },
    ]

    private static let good: [H2Case] = [
        .answered("RFC 9113 §8.2.2: te: trailers", fields("GET", "/", ("te", "trailers"))),
        .answered("RFC 9113 §8.2.1: an empty value", fields("GET", "/", ("x-a", ""))),
        .answered("RFC 9113 §8.2.1: spaces within a value", fields("GET", "/", ("x-a", "b  c\td"))),
        .answered(
            "RFC 9110 §5.5: a value that is not ASCII", fields("GET", "/", ("x-a", "b\u{e4}"))),
        .answered(
            "RFC 9110 §5.6.2: a name of odd characters", fields("GET", "/", ("x!#$%&'*+.^`|~", "a"))
        ),
        .answered(
            "RFC 9113 §8.2.3: cookies in pieces",
            fields("GET", "/", ("cookie", "a=b"), ("cookie", "c=d"))),
        .answered(
            "RFC 9113 §8.3: priority and other fields of HTTP/2's own",
            fields("GET", "/", ("priority", "u=1, i"))),
    ]
}
