internal import NIOHTTP1

extension APIFault {
    /// LIMIT: bytes of a message that is shown.
    private static let textMax = 400
    /// LIMIT: how long a server may ask to be left alone.
    private static let afterMax: Int64 = 120

    /// What an answer that is no success means.
    init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let slices = JSONSlices(body)
        let whole = slices.whole
        self.init(
            status: status, slices, whole,
            after: headers.first(name: "Retry-After").flatMap { Int64($0) })
    }

    /// What a `Status` object means, such as one that a watch ends with.
    init(_ slices: JSONSlices, statusAt range: Range<Int>) {
        let code = slices.number(slices.value("code", in: range)) ?? 0
        self.init(status: Int(clamping: code), slices, range, after: nil)
    }

    private init(status: Int, _ slices: JSONSlices, _ range: Range<Int>?, after: Int64?) {
        let reason = slices.text(slices.value("reason", in: range)) ?? ""
        let details = slices.value("details", in: range)
        let seconds = after ?? slices.number(slices.value("retryAfterSeconds", in: details))
        let wait = seconds.map { Duration.seconds(min(max($0, 0), Self.afterMax)) }
        let message = Self.oneLine(
            slices.text(slices.value("message", in: range))
                ?? (reason.isEmpty ? "no reason" : reason))
        switch (status, reason) {
        case (401, _): self = .unauthorized(message)
        case (403, _): self = .forbidden(message)
        case (404, _): self = .notFound
        case (409, "AlreadyExists"): self = .alreadyExists
        case (409, _): self = .conflict(message)
        // A watch may say so by its reason alone.
        case (410, _), (_, "Expired"), (_, "Gone"): self = .expired
        case (429, _): self = .busy(after: wait)
        case (500..., _) where wait != nil: self = .busy(after: wait)
        case (400, _), (405...499, _): self = .invalid("refused (\(status)): \(message)")
        default: self = .failed(status: status, message)
        }
    }

    /// A server's words for a log: short, and without what would end a line.
    static func oneLine(_ text: String) -> String {
        let clean = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        return clean.count <= textMax ? String(clean) : String(clean.prefix(textMax)) + "…"
    }
}
