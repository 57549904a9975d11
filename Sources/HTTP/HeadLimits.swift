/// How large a message's head and trailers may be.
package struct HeadLimits: BitwiseCopyable, Sendable {
    /// LIMIT: bytes of a head, its last empty line included; at most 65,535 (431).
    package var headBytes: Int
    /// LIMIT: fields of a head; at most `Head.fieldsMax` (431).
    package var fields: Int
    /// LIMIT: bytes of a request target (414).
    package var targetBytes: Int
    /// LIMIT: bytes of a trailer section, its last empty line included (431).
    package var trailerBytes: Int
    /// LIMIT: fields of a trailer section (431).
    package var trailerFields: Int
    /// Whether a request's field names may hold `_` (setting `underscores: allow`).
    package var allowsUnderscores: Bool

    package init(
        headBytes: Int = 60 * 1024, fields: Int = Head.fieldsMax, targetBytes: Int = 16 * 1024,
        trailerBytes: Int = 16 * 1024, trailerFields: Int = 50, allowsUnderscores: Bool = false
    ) {
        precondition(headBytes > 0 && headBytes <= Int(UInt16.max))
        precondition(fields > 0 && fields <= Head.fieldsMax)
        precondition(targetBytes > 0 && trailerBytes > 0 && trailerFields > 0)
        self.headBytes = headBytes
        self.fields = fields
        self.targetBytes = targetBytes
        self.trailerBytes = trailerBytes
        self.trailerFields = trailerFields
        self.allowsUnderscores = allowsUnderscores
    }
}
