import TestSupport

/// The fields that the gateway adds to every request, which vectors leave out.
enum OwnFields {
    /// A text of requests without them; they must stand as they are written for a client of
    /// 127.0.0.1 (`HeaderTests` holds each against its rule).
    static func removed(from text: String) -> String {
        text.replacing(block, with: "")
    }

    nonisolated(unsafe) private static let block =
        #/x-forwarded-for: 127\.0\.0\.1\r\nx-forwarded-proto: http\r\nx-forwarded-host: (?<host>[^\r\n]+)\r\nforwarded: for=127\.0\.0\.1;host="\k<host>";proto=http\r\nx-request-id: [-0-9a-f]{36}\r\n(traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\r\n)?/#
}
