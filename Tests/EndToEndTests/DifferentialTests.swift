import Foundation
import TestSupport
import Testing

/// What the gateway accepts is read the same by every server behind it (Tests/Differential).
///
/// `WEIR_DIFFERENTIAL` is the number of cases (default 100,000), `WEIR_DIFFERENTIAL_CASE` replays
/// one of them, as `SEED:NUMBER`.
@Suite struct `Readers behind the gateway` {
    /// The summary that the script prints.
    private struct Summary: Decodable {
        var cases: Int
        var accepted: Int
        var findings: [String]
    }

    @Test func `agree with one another on every mutation that is accepted`() throws {
        let environment = ProcessInfo.processInfo.environment
        let replay = environment["WEIR_DIFFERENTIAL_CASE"]?.split(separator: ":").compactMap {
            Int($0)
        }
        let seed = replay?.first ?? 1
        let count = replay == nil ? environment["WEIR_DIFFERENTIAL"].flatMap { Int($0) } : 1
        let scratch = try ScratchFolder()
        try ManifestFolder(path: scratch.path).write("seeds", Self.seeds())
        let script = try ChildProcess([
            "/usr/bin/python3", Self.script, "--weir", Gateway.binary(),
            "--seeds", scratch.path("seeds"), "--seed", "\(seed)",
            "--first", "\(replay?.last ?? 0)", "--cases", "\(count ?? 100_000)",
        ])
        let ending = try script.waitForEnd(within: .seconds(900))
        #expect(ending == .exit(0), "\(script.stderr)")
        let summary = try JSONDecoder().decode(Summary.self, from: Data(script.stdout.utf8))
        for finding in summary.findings { Issue.record("\(finding)") }
        if replay == nil { #expect(summary.accepted * 10 >= summary.cases * 3) }
        print("Differential: \(script.stdout.split(separator: "\n").joined())")
    }

    private static let script =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .path + "/Differential/differential.py"

    /// What is mutated: the table's requests, and usual ones, which are accepted more often.
    private static func seeds() -> String {
        let table = (framingVectors + chunkVectors + lineVectors).map(\.input)
            .filter { $0.count < 400 }
        let all = table + (0..<8).flatMap { _ in usual.map { Array($0.utf8) } }
        return all.map { $0.map { String(format: "%02x", $0) }.joined() + "\n" }.joined()
    }

    private static let usual: [String] = [
        head("GET / HTTP/1.1", "Host: a.example", "Accept: */*", "User-Agent: curl/7.88"),
        head(
            "GET /search?q=a%20b&n=1 HTTP/1.1", "Host: a.example:8080", "Cookie: a=b; c=d",
            "Accept-Encoding: gzip, br", "If-None-Match: \"x\", W/\"y\""),
        head("HEAD /file.tar.gz HTTP/1.1", "host: A.Example", "Range: bytes=0-99"),
        head("DELETE /items/1 HTTP/1.1", "Host: a.example", "Authorization: Bearer a.b.c"),
        head("OPTIONS / HTTP/1.1", "Host: a.example", "Access-Control-Request-Method: PUT"),
        head("GET http://b.example/x?y HTTP/1.1", "Host: a.example", "X-A: 1", "X-A: 2"),
        head("GET / HTTP/1.0", "Host: a.example", "Connection: keep-alive"),
        head(
            "POST /form HTTP/1.1", "Host: a.example", "Content-Length: 11",
            "Content-Type: application/x-www-form-urlencoded") + "a=b&c=d%20e",
        head(
            "PUT /json HTTP/1.1", "Host: b.example", "Content-Type: application/json",
            "Content-Length: 13") + "{\"a\": [1, 2]}",
        head("PATCH /x HTTP/1.1", "Host: a", "Content-Length: 0", "X-Empty:"),
        head("POST /chunks HTTP/1.1", "Host: a.example", "Transfer-Encoding: chunked")
            + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n",
        head(
            "POST /trailers HTTP/1.1", "Host: a.example", "Transfer-Encoding: chunked",
            "TE: trailers", "Trailer: X-Sum") + "1\r\n\n\r\n2\r\n\r\n\r\n0\r\nX-Sum: 1\r\n\r\n",
        head("POST /upload HTTP/1.1", "Host: a.example", "Content-Length: 600")
            + String(repeating: "0\r\n\r\n GET / HTTP", count: 40),
        head("GET /one HTTP/1.1", "Host: a.example") + head("GET /two HTTP/1.1", "Host: a.example"),
        head(
            "POST /one HTTP/1.1", "Host: a.example", "Expect: 100-continue", "Content-Length: 3")
            + "abc" + head("GET /two HTTP/1.1", "Host: b.example", "Connection: close"),
    ]
}
