import HTTP

/// Where a body's reading stands.
enum BodyReader {
    case none
    case length(left: UInt64)
    case chunked(ChunkedDecoder)
    case untilClose

    init(_ framing: BodyFraming) {
        switch framing {
        case .none: self = .none
        case .length(let count): self = count == 0 ? .none : .length(left: count)
        case .chunked: self = .chunked(ChunkedDecoder())
        case .untilClose: self = .untilClose
        }
    }

    /// Whether nothing is left to read, known without reading.
    var isDone: Bool {
        if case .none = self { true } else { false }
    }
}
