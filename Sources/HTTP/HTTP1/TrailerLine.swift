internal import Bytes

/// Reads a trailer section field by field (RFC 9112 §7.1.2).
struct TrailerLine: BitwiseCopyable, Sendable {
    private var bytesRead = 0
    private var fields = 0
    /// No LF lies between the offset and this many bytes behind it.
    private var searched = 0

    /// The next trailer that may be forwarded, or the end of the section.
    mutating func next(
        _ bytes: Span<UInt8>, at offset: inout Int, limits: HeadLimits
    ) -> BodyEvent {
        while true {
            let room = limits.trailerBytes - bytesRead
            let window = bytes.extracting(first: min(bytes.count, offset + room))
            if searched > 0
                && ByteScan.first(0x0a, in: window, from: offset + searched) == window.count
            {
                return wait(window, offset, room)
            }
            let line = FieldLine.read(
                window, at: offset, allowsUnderscores: limits.allowsUnderscores)
            switch line {
            case .partial:
                return wait(window, offset, room)
            case .fault(let fault):
                let isWhole = ByteScan.first(0x0a, in: window, from: offset) < window.count
                return isWhole ? .refused(fault) : wait(window, offset, room)
            case .end(let next):
                offset = next
                return .end
            case .field(let bounds):
                bytesRead += bounds.next - offset
                offset = bounds.next
                searched = 0
                fields += 1
                if fields > limits.trailerFields { return .refused(.tooManyTrailers) }
                let name = bounds.name..<bounds.nameEnd
                if TrailerName.isForbidden(bytes.extracting(name)) { continue }
                return .trailer(name: name, value: bounds.value..<bounds.valueEnd)
            }
        }
    }

    private mutating func wait(_ window: Span<UInt8>, _ offset: Int, _ room: Int) -> BodyEvent {
        searched = window.count - offset
        return searched < room ? .needsMore : .refused(.trailersTooLarge)
    }
}
