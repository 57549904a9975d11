import TestSupport

/// The fields that the gateway adds to every request, which vectors leave out.
enum OwnFields {
    /// A text of requests without them; they must stand as they are written for a client of
    /// 127.0.0.1 (`HeaderTests` holds each against its rule).
    static func removed(from text: String) -> String {
        text.replacing(block, with: "")
    }

    nonisolated(unsafe) private static let block =
        #/X-Forwarded-For: 127\.0\.0\.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: (?<host>[^\r\n]+)\r\nForwarded: for=127\.0\.0\.1;host="\k<host>";proto=http\r\nX-Request-Id: [-0-9a-f]{36}\r\n(traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\r\n)?/#
}
