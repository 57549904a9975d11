import Bytes
import Foundation
import Telemetry
import Testing

struct AccessLineTests {
    private static let labels = SeriesLabels(
        id: Handle(index: 3, generation: 1), namespace: "shop", route: "cart",
        revision: "cart-00002", tag: "")

    private static func address(_ ip: [UInt8], _ port: UInt16) -> AccessAddress {
        var words: [UInt64] = [0, 0]
        for (place, byte) in ip.enumerated() {
            words[place / 8] |= UInt64(byte) << UInt64(56 - 8 * (place % 8))
        }
        return AccessAddress(
            high: words[0], low: words[1], port: port, isIPv6: ip.count == 16)
    }

    private static var figures: AccessFigures {
        var figures = AccessFigures()
        figures.start = 1_763_860_800_310_999_999
        figures.queue = 1_000_000
        figures.connect = 2_500_000
        figures.firstByte = 12_700_000
        figures.total = 30_999_000
        figures.bytesIn = 5
        figures.bytesOut = 1234
        figures.code = 200
        figures.tableVersion = 7
        figures.client = address([203, 0, 113, 9], 0)
        figures.peer = address([10, 0, 0, 1], 51000)
        figures.local = address([10, 0, 0, 2], 8443)
        figures.upstream = address([0x20, 1, 0xd, 0xb8] + .init(repeating: 0, count: 11) + [5], 80)
        figures.reason = .split
        return figures
    }

    private static let texts: [(AccessText, String)] = [
        (.method, "GET"), (.target, "/cart"), (.authority, "shop.example.com"),
        (.forwardedFor, "203.0.113.9"), (.userAgent, "curl/8"), (.requestID, "id-1"),
        (.traceParent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ]

    private static func encoded(_ texts: [(AccessText, [UInt8])]) -> [UInt8] {
        var pool = ChunkPool()
        var buffer = Buffer()
        for (text, bytes) in texts { text.append(bytes.span, to: &buffer, from: &pool) }
        var bytes: [UInt8] = []
        for index in buffer.bytes.indices { bytes.append(buffer.bytes[index]) }
        buffer.release(to: &pool)
        return bytes
    }

    private static func line(
        _ form: AccessForm, _ figures: AccessFigures, _ texts: [(AccessText, [UInt8])],
        _ labels: SeriesLabels = labels
    ) -> String {
        var line: [UInt8] = []
        var writer = AccessLine(form)
        writer.append(
            figures, encoded(texts), labels: labels, listener: "external-https", to: &line)
        return String(decoding: line, as: UTF8.self)
    }

    private static func line(_ form: AccessForm, _ figures: AccessFigures = figures) -> String {
        line(form, figures, texts.map { ($0, Array($1.utf8)) })
    }

    private static func object(_ line: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any])
    }

    @Test func `the text form is Envoy's default line`() {
        #expect(
            Self.line(.text) == #"""
                [2025-11-23T01:20:00.310Z] "GET /cart HTTP/1.1" 200 - 5 1234 30 9 "203.0.113.9" \#
                "curl/8" "id-1" "shop.example.com" "[2001:db8::5]:80"

                """#)
    }

    @Test func `what is absent is a dash`() {
        var figures = AccessFigures()
        figures.flag = .DC
        #expect(
            Self.line(.text, figures, []) == #"""
                [1970-01-01T00:00:00.000Z] "- - HTTP/1.1" 0 DC 0 0 - - "-" "-" "-" "-" "-"

                """#)
    }

    @Test(arguments: [
        ("a\"b\\c", #"a\"b\\c"#), ("a\r\nb", #"a\x0d\x0ab"#), ("\u{1b}[2J", #"\x1b[2J"#),
        ("é\u{7f}", #"\xc3\xa9\x7f"#),
    ])
    func `no value can break out of its quotes`(value: String, written: String) {
        let line = Self.line(.text, Self.figures, [(.userAgent, Array(value.utf8))])
        #expect(line.contains(" \"\(written)\" \"-\" \"-\" "))
        #expect(line.filter { $0 == "\n" }.count == 1)
    }

    @Test func `the JSON form has Envoy Gateway's keys and ours`() throws {
        var figures = Self.figures
        figures.rule = 2
        figures.reason = .rule
        figures.bucket = 999_999
        figures.isTLS = true
        figures.isResumed = true
        let object = try Self.object(Self.line(.json, figures))
        let keys = """
            :authority bytes_received bytes_sent client_address connect_ms \
            connection_termination_details decision downstream_local_address \
            downstream_remote_address duration first_byte_ms listener method namespace protocol \
            queue_ms requested_server_name resends response_code response_code_details \
            response_flags revision route route_name rule split_bucket start_time table_version \
            tag tls_resumed tls_version total_ms trace_id upstream_cluster upstream_host \
            upstream_local_address upstream_transport_failure_reason user-agent \
            x-envoy-origin-path x-envoy-upstream-service-time x-forwarded-for x-request-id
            """
        #expect(object.keys.sorted() == keys.split(separator: " ").map(String.init))
        let texts = [
            "start_time": "2025-11-23T01:20:00.310Z", "method": "GET",
            ":authority":
                "shop.example.com", "decision": "rule", "route_name": "shop/cart",
            "revision": "cart-00002", "tls_version": "1.3", "upstream_host": "[2001:db8::5]:80",
            "downstream_remote_address": "10.0.0.1:51000", "client_address": "203.0.113.9",
            "trace_id": "0af7651916cd43dd8448eb211c80319c", "response_flags": "-",
            "response_code_details": "via_upstream", "listener": "external-https",
        ]
        for (key, text) in texts { #expect(object[key] as? String == text, "\(key)") }
        let numbers = [
            "rule": 2.0, "split_bucket": 999_999, "table_version": 7, "duration": 30,
            "queue_ms": 1, "connect_ms": 2.5, "first_byte_ms": 12.7, "total_ms": 30.999,
            "x-envoy-upstream-service-time": 9, "bytes_sent": 1234, "response_code": 200,
        ]
        for (key, number) in numbers { #expect(object[key] as? Double == number, "\(key)") }
        #expect(object["tls_resumed"] as? Bool == true)
        #expect(object["tag"] is NSNull)
    }

    @Test func `any bytes make JSON of one line`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let line = Self.line(.json, Self.figures, [(.userAgent, bytes), (.target, bytes)])
            let object = try Self.object(line)
            #expect(object["user-agent"] as? String == String(decoding: bytes, as: UTF8.self))
            #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7f })
        }
    }

    @Test func `a text is cut at its limit`() {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: AccessText.sizeMax + 1)
        let line = Self.line(.text, Self.figures, [(.target, long), (.method, Array("PUT".utf8))])
        #expect(line.contains("\"PUT " + String(decoding: long.dropLast(), as: UTF8.self) + " "))
    }

    @Test func `records pass through a worker's sheet`() throws {
        let sheet = TallySheet()
        defer { sheet.destroy() }
        let texts = Self.encoded(Self.texts.map { ($0, Array($1.utf8)) })
        sheet.records.append(Self.figures, texts.span)
        var taken: [UInt8] = []
        let figures = try #require(sheet.records.take(into: &taken))
        #expect(taken == texts)
        #expect(figures.total == Self.figures.total && figures.upstream == Self.figures.upstream)
    }
}
