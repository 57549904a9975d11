/// Lines, targets, hosts and upgrades: the families of Http11Probe, by its names.
package let lineVectors: [Vector] = lines + versions + targets + hosts + connections

private let ok = Outcome.accepted()

private let lines: [Vector] = [
    Vector("get", get: "Accept: */*", gives: ok, sends: .get("Accept: */*"), "RFC 9112 §3"),
    Vector(
        "bare-lf-request-line", raw: "GET / HTTP/1.1\nHost: a\r\n\r\n",
        gives: .refused(400, "bare_lf"),
        "RFC 9112 §2.2"),
    Vector(
        "bare-lf-header", raw: "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        gives: .refused(400, "bare_lf"),
        "RFC 9112 §2.2"),
    Vector(
        "bare-lf-end", raw: "GET / HTTP/1.1\r\nHost: a\r\n\n", gives: .refused(400, "bare_lf"),
        "RFC 9112 §2.2"),
    Vector(
        "bare-lf-header-then-no-more", raw: "GET / HTTP/1.1\r\nHost: a\nX",
        gives: .refused(400, "bare_lf"), "RFC 9112 §2.2"),
    Vector(
        "bare-cr-header-value", get: "X: a\rb", gives: .refused(400, "bare_cr"), "RFC 9112 §2.2"),
    Vector(
        "bare-cr-request-line", raw: "GET / HTTP/1.1\rHost: a\r\n\r\n",
        gives: .refused(400, "bare_cr"),
        "RFC 9112 §2.2"),
    Vector(
        "bare-cr-end", raw: "GET / HTTP/1.1\r\nHost: a\r\n\rX\r\n", gives: .refused(400, "bare_cr"),
        "RFC 9112 §2.2"),
    Vector("obs-fold", get: "X: a\r\n b", gives: .refused(400, "obs_fold"), "RFC 9112 §5.2"),
    Vector("obs-fold-tab", get: "X: a\r\n\tb", gives: .refused(400, "obs_fold"), "RFC 9112 §5.2"),
    Vector(
        "sp-before-colon", get: "X : a", gives: .refused(400, "space_before_colon"), "RFC 9112 §5.1"
    ),
    Vector(
        "tab-before-colon", get: "X\t: a", gives: .refused(400, "space_before_colon"),
        "RFC 9112 §5.1"),
    Vector(
        "sp-in-name", get: "X Y: a", gives: .refused(400, "space_before_colon"), "RFC 9112 §5.1"),
    Vector(
        "leading-space-first-header", raw: "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        gives: .refused(400, "blank_before_first_field"), "RFC 9112 §2.2"),
    Vector("nul-in-value", get: "X: a\u{00}b", gives: .refused(400, "nul_byte"), "RFC 9110 §5.5"),
    Vector("nul-in-name", get: "X\u{00}: a", gives: .refused(400, "nul_byte"), "RFC 9110 §5.1"),
    Vector(
        "control-in-value", get: "X: a\u{7f}b", gives: .refused(400, "control_byte"),
        "RFC 9110 §5.5"),
    Vector("obs-text-in-value", get: "X: ü", gives: ok, sends: .get("X: ü"), "RFC 9110 §5.5"),
    Vector("empty-value", get: "X:", "Y: ", gives: ok, sends: .get("X: ", "Y: "), "RFC 9112 §5"),
    Vector(
        "name-not-token", get: "X(y): a", gives: .refused(400, "bad_field_name"), "RFC 9110 §5.1"),
    Vector("name-not-ascii", get: "Xü: a", gives: .refused(400, "bad_field_name"), "RFC 9110 §5.1"),
    Vector("name-empty", get: ": a", gives: .refused(400, "bad_field_name"), "RFC 9112 §5"),
    Vector(
        "name-odd-token", get: "x!#$%&'*+.^`|~z: a", gives: ok, sends: .get("x!#$%&'*+.^`|~z: a"),
        "RFC 9110 §5.6.2"),
    Vector("no-colon", get: "X", gives: .refused(400, "missing_colon"), "RFC 9112 §5"),
    Vector("underscore", get: "X_Y: a", gives: .refused(400, "underscore_in_name"), "design §6"),
    Vector(
        "header-injection", get: "X: a\r\nTransfer-Encoding: chunked\r\n\r\n0",
        gives: ok, sends: .get("X: a", "transfer-encoding: chunked", body: "0\r\n\r\n"),
        "RFC 9112 §2.2"),
    Vector(
        "double-sp-after-method", line: "GET  / HTTP/1.1", gives: .refused(400, "bad_request_line"),
        "RFC 9112 §3"),
    Vector(
        "double-sp-before-version", line: "GET /  HTTP/1.1",
        gives: .refused(400, "bad_request_line"),
        "RFC 9112 §3"),
    Vector(
        "tab-in-request-line", line: "GET\t/ HTTP/1.1", gives: .refused(400, "bad_method"),
        "RFC 9112 §3"),
    Vector(
        "leading-sp-request-line", line: " GET / HTTP/1.1", gives: .refused(400, "bad_method"),
        "RFC 9112 §3"),
    Vector(
        "trailing-sp-request-line", line: "GET / HTTP/1.1 ",
        gives: .refused(400, "bad_request_line"),
        "RFC 9112 §3"),
    Vector(
        "lower-case-method", line: "get / HTTP/1.1", gives: ok, sends: .request("get / HTTP/1.1"),
        "RFC 9110 §9.1"),
    Vector(
        "method-not-token", line: "G(T / HTTP/1.1", gives: .refused(400, "bad_method"),
        "RFC 9110 §9.1"),
    Vector(
        "one-empty-line-first", raw: "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", gives: ok,
        sends: .request("GET / HTTP/1.1", host: "a"),
        "RFC 9112 §2.2"),
    Vector(
        "two-empty-lines-first", raw: "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        gives: .refused(400, "bad_request_line"), "RFC 9112 §2.2"),
    Vector(
        "lf-first", raw: "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", gives: .refused(400, "bare_lf"),
        "RFC 9112 §2.2"),
    Vector(
        "cr-first", raw: "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", gives: .refused(400, "bare_cr"),
        "RFC 9112 §2.2"),
    Vector(
        "tls-on-plain-port", raw: "\u{16}\u{03}\u{01}\u{02}", gives: .refused(400, "bad_method"),
        "RFC 9112 §3"),
]

private let versions: [Vector] = [
    Vector("http09", raw: "GET /\r\n", gives: .refused(400, "bad_request_line"), "RFC 9112 §3"),
    Vector("http09-sp", raw: "GET / \r\n", gives: .refused(400, "bad_version"), "RFC 9112 §3"),
    Vector(
        "http12", line: "GET / HTTP/1.2", gives: .refused(505, "unsupported_version"),
        "RFC 9110 §15.6.6"),
    Vector(
        "http20-text", line: "GET / HTTP/2.0", gives: .refused(505, "unsupported_version"),
        "RFC 9110 §15.6.6"),
    Vector(
        "http11-lower-case", line: "GET / http/1.1", gives: .refused(400, "bad_version"),
        "RFC 9112 §2.3"),
    Vector(
        "http-long-minor", line: "GET / HTTP/1.10", gives: .refused(400, "bad_version"),
        "RFC 9112 §2.3"),
    Vector(
        "http-no-minor", line: "GET / HTTP/1", gives: .refused(400, "bad_version"), "RFC 9112 §2.3"),
    Vector("http10", raw: "GET / HTTP/1.0\r\n\r\n", gives: ok, "RFC 9112 §3.2"),
]

private let targets: [Vector] = [
    Vector(
        "absolute-uri-host-mismatch", line: "GET http://b.example/x HTTP/1.1", gives: ok,
        sends: .request("GET /x HTTP/1.1", host: "b.example"),
        "RFC 9112 §3.2.2"
    ),
    Vector(
        "absolute-uri-port-mismatch", line: "GET http://a.example:81/ HTTP/1.1",
        host: "Host: a.example:82\r\n", gives: ok,
        sends: .request("GET / HTTP/1.1", host: "a.example:81"), "RFC 9112 §3.2.2"),
    Vector(
        "absolute-no-host", line: "GET http://b.example/x HTTP/1.1", host: "",
        gives: .refused(400, "missing_host"), "RFC 9112 §3.2"),
    Vector(
        "absolute-https", line: "GET https://b.example HTTP/1.1", gives: ok,
        sends: .request("GET / HTTP/1.1", host: "b.example"), "RFC 9112 §3.2.2"),
    Vector(
        "absolute-other-scheme", line: "GET ftp://b.example/ HTTP/1.1",
        gives: .refused(400, "unknown_scheme"), "RFC 9110 §4.2"),
    Vector(
        "absolute-userinfo", line: "GET http://u:p@b.example/ HTTP/1.1",
        gives: .refused(400, "userinfo_in_target"), "RFC 9110 §4.2.4"),
    Vector(
        "absolute-empty-host", line: "GET http:///x HTTP/1.1", gives: .refused(400, "bad_host"),
        "RFC 9110 §4.2.1"),
    Vector(
        "absolute-bad-port", line: "GET http://b.example:x/ HTTP/1.1",
        gives: .refused(400, "bad_host"),
        "RFC 3986 §3.2.3"),
    Vector(
        "fragment", line: "GET /a#b HTTP/1.1", gives: .refused(400, "fragment_in_target"),
        "RFC 9112 §3.2"),
    Vector(
        "authority-form", line: "GET a.example:80 HTTP/1.1", gives: .refused(400, "authority_form"),
        "RFC 9112 §3.2.3"),
    Vector(
        "no-slash", line: "GET ?a HTTP/1.1", gives: .refused(400, "bad_target"), "RFC 9112 §3.2"),
    Vector(
        "asterisk-get", line: "GET * HTTP/1.1", gives: .refused(400, "asterisk_form"),
        "RFC 9112 §3.2.4"),
    Vector("asterisk-options", line: "OPTIONS * HTTP/1.1", gives: ok, "RFC 9112 §3.2.4"),
    Vector(
        "asterisk-absolute", line: "OPTIONS http://b.example HTTP/1.1", gives: ok,
        sends: .request("OPTIONS * HTTP/1.1", host: "b.example"), "RFC 9112 §3.2.4"),
    Vector(
        "asterisk-more", line: "OPTIONS *a HTTP/1.1", gives: .refused(400, "bad_target"),
        "RFC 9112 §3.2.4"),
    Vector(
        "connect", line: "CONNECT a.example:443 HTTP/1.1", gives: .refused(501, "connect_method"),
        "RFC 9110 §9.3.6"),
    Vector(
        "target-nul", line: "GET /\u{00} HTTP/1.1", gives: .refused(400, "nul_byte"), "design §6"),
    Vector(
        "target-control", line: "GET /\u{01} HTTP/1.1", gives: .refused(400, "bad_target"),
        "design §6"),
    Vector(
        "target-del", line: "GET /\u{7f} HTTP/1.1", gives: .refused(400, "bad_target"), "design §6"),
    Vector(
        "target-not-ascii", line: "GET /ü HTTP/1.1", gives: .refused(400, "bad_target"),
        "RFC 9112 §3.2"),
    Vector(
        "target-byte-for-byte", line: "GET //a/../%2F;b\\|{\"}?c?d HTTP/1.1", gives: ok,
        sends: .request("GET //a/../%2F;b\\|{\"}?c?d HTTP/1.1"), "design §6"
    ),
]

private let hosts: [Vector] = [
    Vector(
        "missing-host", line: "GET / HTTP/1.1", host: "", gives: .refused(400, "missing_host"),
        "RFC 9112 §3.2"),
    Vector(
        "duplicate-host", line: "GET / HTTP/1.1", host: "Host: a\r\nHost: a\r\n",
        gives: .refused(400, "duplicate_host"), "RFC 9112 §3.2"),
    Vector(
        "host-empty", line: "GET / HTTP/1.1", host: "Host:\r\n", gives: .refused(400, "bad_host"),
        "RFC 9112 §3.2"),
    Vector(
        "multiple-host-comma", line: "GET / HTTP/1.1", host: "Host: a, b\r\n",
        gives: .refused(400, "bad_host"), "RFC 9112 §3.2"),
    Vector(
        "host-userinfo", line: "GET / HTTP/1.1", host: "Host: u@a\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-path", line: "GET / HTTP/1.1", host: "Host: a/b\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-blank", line: "GET / HTTP/1.1", host: "Host: a b\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-percent", line: "GET / HTTP/1.1", host: "Host: a%00\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-port", line: "GET / HTTP/1.1", host: "Host: a:8080\r\n", gives: ok,
        sends: .request("GET / HTTP/1.1", host: "a:8080"), "RFC 9110 §7.2"),
    Vector(
        "host-port-empty", line: "GET / HTTP/1.1", host: "Host: a:\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-port-large", line: "GET / HTTP/1.1", host: "Host: a:65536\r\n",
        gives: .refused(400, "bad_host"), "RFC 9110 §7.2"),
    Vector(
        "host-port-zero", line: "GET / HTTP/1.1", host: "Host: a:0\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-port-plus", line: "GET / HTTP/1.1", host: "Host: a:+80\r\n",
        gives: .refused(400, "bad_host"), "RFC 9110 §7.2"),
    Vector(
        "host-two-ports", line: "GET / HTTP/1.1", host: "Host: a:80:80\r\n",
        gives: .refused(400, "bad_host"), "RFC 9110 §7.2"),
    Vector(
        "host-v6", line: "GET / HTTP/1.1", host: "Host: [::1]:80\r\n", gives: ok, "RFC 3986 §3.2.2"),
    Vector(
        "host-v6-open", line: "GET / HTTP/1.1", host: "Host: [::1\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 3986 §3.2.2"),
    Vector(
        "host-v6-zone", line: "GET / HTTP/1.1", host: "Host: [fe80::1%25eth0]\r\n",
        gives: .refused(400, "bad_host"), "RFC 3986 §3.2.2"),
    Vector(
        "host-dot", line: "GET / HTTP/1.1", host: "Host: .\r\n", gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-long", line: "GET / HTTP/1.1",
        host: "Host: " + String(repeating: "a", count: 256) + "\r\n",
        gives: .refused(400, "bad_host"),
        "RFC 9110 §7.2"),
    Vector(
        "host-duplicate-in-http10", raw: "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
        gives: .refused(400, "duplicate_host"), "RFC 9112 §3.2"),
]

private let connections: [Vector] = [
    Vector(
        "upgrade-websocket", get: "Connection: Upgrade", "Upgrade: websocket", gives: ok,
        sends: .get("Connection: Upgrade", "Upgrade: websocket"),
        "RFC 9110 §7.8"),
    Vector(
        "upgrade-with-body", get: "Connection: Upgrade", "Upgrade: websocket", "Content-Length: 5",
        then: "hello", gives: .refused(400, "body_in_upgrade"), "RFC 9110 §7.8"),
    Vector(
        "upgrade-h2c-with-body", post: "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABk", "Content-Length: 5", body: "hello",
        gives: .accepted(body: "hello"), sends: .post("content-length: 5", body: "hello"),
        "RFC 9110 §7.8"),
    Vector(
        "upgrade-early-bytes", get: "Connection: Upgrade", "Upgrade: websocket",
        then: "\u{81}\u{85}", gives: .accepted(rest: "\u{81}\u{85}"),
        sends: .get("Connection: Upgrade", "Upgrade: websocket"), "RFC 9110 §7.8"),
    Vector(
        "upgrade-other", get: "Connection: Upgrade", "Upgrade: TLS/1.2", gives: ok, sends: .get(),
        "RFC 9110 §7.8"),
    Vector(
        "connection-names-host", get: "Connection: Host, close", gives: ok, sends: .get(),
        "RFC 9110 §7.6.1"),
    Vector(
        "connection-names-cl", post: "Connection: Content-Length", "Content-Length: 5",
        body: "hello", gives: .accepted(body: "hello"),
        sends: .post("content-length: 5", body: "hello"), "RFC 9110 §7.6.1"),
    Vector(
        "connection-names-te", post: "Connection: Transfer-Encoding",
        "Transfer-Encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n",
        gives: .accepted(body: "hello"),
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §7.6.1"),
    Vector(
        "connection-names-forwarded", get: "Connection: X-Forwarded-For, X-Forwarded-Proto",
        "X-Forwarded-For: 6.6.6.6", gives: ok, sends: .get(), "RFC 9110 §7.6.1"),
    Vector(
        "connection-names-others", get: "Connection: X-Hop, Keep-Alive", "X-Hop: 1",
        "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "X-Stay: 1", gives: ok,
        sends: .get("X-Stay: 1"),
        "RFC 9110 §7.6.1"),
    Vector(
        "connection-options-bomb",
        get: "Connection: " + String(repeating: "a,", count: 33),
        gives: .refused(400, "too_many_connection_options"), "RFC 9110 §7.6.1"),
]
