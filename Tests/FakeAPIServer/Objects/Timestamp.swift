import Glibc

/// Times as Kubernetes writes them.
enum Timestamp {
    /// Now, in RFC 3339 with whole seconds.
    static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether it is a MicroTime: RFC 3339 with exactly six digits of a second's fraction.
    static func isMicroTime(_ text: String) -> Bool {
        text.wholeMatch(
            of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)/#) != nil
    }
}
