internal import Bytes

/// Turns access records into lines; one for each thread that writes them.
///
/// Pure: a record and the names of its numbers in, bytes out.
package struct AccessLine: Sendable {
    private let form: AccessForm
    /// Where each text of the record at hand lies, by its number.
    private var places = [Range<Int>](repeating: 0..<0, count: AccessText.allCases.count)
    /// The second that `moment` was made for, and its text up to the point.
    private var second = UInt64.max
    private var moment: [UInt8] = []

    package init(_ form: AccessForm) { self.form = form }

    /// Appends the record's line, with its end.
    ///
    /// `labels` are those of its series, `listener` the name of its listener.
    package mutating func append(
        _ figures: AccessFigures, _ texts: [UInt8], labels: SeriesLabels, listener: String,
        to line: inout [UInt8]
    ) {
        find(texts)
        if figures.start / 1_000_000_000 != second { makeMoment(figures.start / 1_000_000_000) }
        switch form {
        case .text: appendText(figures, texts, to: &line)
        case .json: appendJSON(figures, texts, labels, listener, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
    }

    /// A text of the record at hand; empty where it has none.
    func text(_ text: AccessText, in texts: [UInt8]) -> ArraySlice<UInt8> {
        texts[places[Int(text.rawValue)]]
    }

    private mutating func find(_ texts: [UInt8]) {
        for place in places.indices { places[place] = 0..<0 }
        var next = 0
        while next + AccessText.overhead <= texts.count {
            let start = next + AccessText.overhead
            let end = start + Int(texts[next + 1]) + Int(texts[next + 2]) << 8
            precondition(end <= texts.count, "a text reaches over the end of its record")
            if Int(texts[next]) < places.count { places[Int(texts[next])] = start..<end }
            next = end
        }
    }

    // MARK: What both forms say

    /// `2026-11-23T01:20:00.310Z`.
    func appendStart(_ figures: AccessFigures, to line: inout [UInt8]) {
        line.append(contentsOf: moment)
        line.append(UInt8(ascii: "."))
        line.append(decimal: figures.start % 1_000_000_000 / 1_000_000, digits: 3)
        line.append(UInt8(ascii: "Z"))
    }

    private mutating func makeMoment(_ seconds: UInt64) {
        second = seconds
        moment.removeAll(keepingCapacity: true)
        let date = CivilDate(daysSince1970: Int(seconds / 86400))
        let parts: [(UInt64, Int, StaticString)] = [
            (UInt64(date.year), 4, "-"), (UInt64(date.month), 2, "-"), (UInt64(date.day), 2, "T"),
            (seconds / 3600 % 24, 2, ":"), (seconds / 60 % 60, 2, ":"), (seconds % 60, 2, ""),
        ]
        for (value, digits, end) in parts {
            moment.append(decimal: value, digits: digits)
            moment.append(end)
        }
    }

    static func version(_ figures: AccessFigures) -> StaticString {
        switch figures.httpVersion {
        case 10: "HTTP/1.0"
        case 20: "HTTP/2"
        default: "HTTP/1.1"
        }
    }

    /// Nanoseconds from asking the upstream to its first byte: what Envoy calls service time.
    static func service(_ figures: AccessFigures) -> UInt64 {
        guard figures.firstByte != AccessFigures.never else { return AccessFigures.never }
        let queue = figures.queue == AccessFigures.never ? 0 : figures.queue
        let connect = figures.connect == AccessFigures.never ? 0 : figures.connect
        let before = queue &+ connect
        return figures.firstByte > before ? figures.firstByte - before : 0
    }
}
