import TestSupport

/// Checks an answer as it comes: whose it is, and each byte of its body.
package struct AnswerCheck {
    private let ask: Ask
    private let status: Int
    /// The attempt that it is of; nil for an answer of the gateway's own.
    private let attempt: Int?
    private let isOwn: Bool
    private let isTunnel: Bool
    private let seed: UInt64
    private let size: Int?
    private var count = 0
    private var fault: String?

    /// From an answer's head; names of fields in lower case.
    package init(_ ask: Ask, _ status: Int, _ fields: [FieldLine]) {
        self.ask = ask
        self.status = status
        let value = { (name: String) in fields.first { $0.name == name }.map { $0.value } }
        isOwn = value("x-ask") == nil
        let index = value("x-attempt").flatMap { Int($0) }
        attempt = index
        let found = index.flatMap { $0 < ask.attempts.count ? ask.attempts[$0] : nil }
        seed = found?.seed ?? 0
        let hasNone = ask.method == "HEAD" || status == 204 || status == 304
        isTunnel = found?.consents == true
        // Over HTTP/1 and over HTTP/2.
        let isRight = isTunnel ? [101, 200].contains(status) : status == found?.plan.status
        size = isOwn ? nil : hasNone ? 0 : ask.answerSize
        guard !isOwn else { return }
        if value("x-ask") != "\(ask.number)" {
            fault = "ask \(ask.number) has the answer to ask \(value("x-ask") ?? "")"
        } else if found == nil {
            fault = "ask \(ask.number) has an answer to no attempt of it"
        } else if value("x-place") != found?.place.description || !isRight {
            fault = "ask \(ask.number) has an answer that nobody gave"
        }
    }

    /// All that it is to have is here.
    package var isWhole: Bool { size == count }
    /// It is of a tunnel, which bears no length: an early end of it looks like any other.
    package var isCutTunnel: Bool { isTunnel && !isWhole }

    /// What an upstream says of itself.
    package static func fields(_ attempt: Attempt) -> [FieldLine] {
        [
            FieldLine("x-ask", "\(attempt.ask.number)"),
            FieldLine("x-attempt", "\(attempt.index)"),
            FieldLine("x-place", attempt.place.description),
        ]
    }

    /// The body's next bytes; says what is wrong with them.
    package mutating func add(_ bytes: [UInt8]) -> String? {
        defer { count += bytes.count }
        if let fault { return fault }
        if isOwn { return nil }
        if !Pattern.matches(bytes, seed, at: count) {
            return "ask \(ask.number) has bytes in its answer that are not its own, at \(count)"
        }
        return nil
    }

    /// The answer is whole.
    package func end(_ ledger: Ledger, _ now: UInt64) {
        if let fault { ledger.violate(fault) }
        if isOwn { return ledger.refused(ask, status: status, now: now) }
        if let size, size != count {
            ledger.violate("ask \(ask.number) has \(count) bytes of \(size)")
        }
        ledger.answered(ask, attempt: attempt, now: now)
    }
}
