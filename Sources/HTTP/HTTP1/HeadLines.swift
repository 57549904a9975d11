internal import Bytes

/// How far the lines of a head have been read; shared by requests and responses.
///
/// A line whose end has not come is read once in vain and then only searched for its LF, so a
/// head that arrives byte by byte costs time in proportion to its length.
struct HeadLines: BitwiseCopyable, Sendable {
    /// Where the line that is read next begins.
    var lineStart = 0
    /// No LF lies between `lineStart` and here.
    private var searched = 0

    /// Whether the line's end has come, or nobody has looked yet.
    func canRead(_ window: Span<UInt8>) -> Bool {
        searched <= lineStart || ByteScan.first(0x0a, in: window, from: searched) < window.count
    }

    /// The line's end has not come: more bytes are needed, unless the head is too large already.
    mutating func wait(_ window: Span<UInt8>, _ limits: HeadLimits) -> HeadStatus {
        searched = window.count
        return window.count < limits.headBytes ? .needsMore : .refused(.headTooLarge)
    }

    /// The line is bad; said only once its LF is there, whatever the cuts between the bytes.
    mutating func refuse(
        _ fault: HeadFault, _ window: Span<UInt8>, _ limits: HeadLimits
    ) -> HeadStatus {
        let end = ByteScan.first(0x0a, in: window, from: lineStart)
        return end < window.count ? .refused(fault) : wait(window, limits)
    }

    /// Reads field lines up to the empty line; `complete` carries the head's length.
    mutating func readFields(
        _ window: Span<UInt8>, into head: inout Head, noting facts: inout HeadFacts,
        allowsUnderscores: Bool, limits: HeadLimits
    ) -> HeadStatus {
        while true {
            switch FieldLine.read(window, at: lineStart, allowsUnderscores: allowsUnderscores) {
            case .partial:
                return wait(window, limits)
            case .end(let next):
                return .complete(length: next)
            case .fault(let fault):
                let isFirst = fault == .obsFold && head.fields.count == 0
                return refuse(isFirst ? .blankBeforeFirstField : fault, window, limits)
            case .field(let bounds):
                if head.fields.count >= limits.fields { return .refused(.tooManyFields) }
                let name = Slice(start: bounds.name, count: bounds.nameEnd - bounds.name)
                let value = Slice(start: bounds.value, count: bounds.valueEnd - bounds.value)
                let known = FieldName(window.extracting(bounds.name..<bounds.nameEnd))
                var field = Field(name: name, value: value, known: known)
                if known != .other, let fault = facts.note(&field, in: window, of: &head) {
                    return .refused(fault)
                }
                head.fields.append(field)
                lineStart = bounds.next
            }
        }
    }
}
