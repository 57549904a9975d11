internal import Bytes

/// What of a request may be shown to whoever asks for an explanation.
enum Disclosure {
    /// LIMIT: bytes of one text that are shown.
    static let textBytesMax = 200
    /// Stands for a value that is kept back.
    static let hidden = "(not shown)"

    private static let secretNames: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie",
    ]
    private static let secretParts = [
        "token", "secret", "passw", "api-key", "apikey", "session", "auth", "credential",
    ]

    /// Whether the values under a field's or parameter's name are kept back.
    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return secretNames.contains(name) || secretParts.contains { name.contains($0) }
    }

    /// Whether a cookie's value is kept back: every one but our own.
    static func isSecret(cookie name: String) -> Bool { name != "weir-split" }

    /// The bytes as text, cut where they are many.
    static func text(_ bytes: Span<UInt8>) -> String {
        var shown: [UInt8] = []
        for index in 0..<min(bytes.count, textBytesMax) { shown.append(bytes[index]) }
        return String(decoding: shown, as: UTF8.self) + (bytes.count > textBytesMax ? "…" : "")
    }

    /// A view's text, whole: it is the operator's.
    static func text(_ view: BlockView) -> String {
        var bytes: [UInt8] = []
        for index in 0..<view.count { bytes.append(view[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value under a name, or what stands for it.
    static func value(_ value: String, under name: String) -> String {
        isSecret(name) ? hidden : value
    }
}
