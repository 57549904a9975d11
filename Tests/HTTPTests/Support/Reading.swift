import Bytes
import HTTP
import TestSupport

extension Outcome {
    init(_ fault: HeadFault) { self = .refused(Int(fault.status), "\(fault.reason)") }
}

/// One message read from bytes that arrive in pieces.
struct Reading: Equatable {
    var outcome = Outcome.needsMore
    /// The head as text; empty when it was not completed.
    var head = ""

    /// Reads a request; `cuts` are the growing lengths of what has arrived.
    static func request(
        _ bytes: [UInt8], cuts: [Int]? = nil, limits: HeadLimits = HeadLimits()
    ) -> Reading {
        var parser = RequestHeadParser()
        return read(bytes, cuts: cuts ?? [bytes.count], limits: limits) { span, head in
            parser.parse(span, into: &head, limits: limits)
        }
    }

    /// Reads a response to a request with that method.
    static func response(
        _ bytes: [UInt8], to method: HTTP.Method = .get, cuts: [Int]? = nil,
        limits: HeadLimits = HeadLimits()
    ) -> Reading {
        var parser = ResponseHeadParser()
        return read(bytes, cuts: cuts ?? [bytes.count], limits: limits) { span, head in
            parser.parse(span, into: &head, answering: method, limits: limits)
        }
    }

    private static func read(
        _ bytes: [UInt8], cuts: [Int], limits: HeadLimits,
        parse: (Span<UInt8>, inout Head) -> HeadStatus
    ) -> Reading {
        var head = Head()
        var reading = Reading()
        var body: BodyDecoder?
        var offset = 0
        var data: [UInt8] = []
        var trailers: [String] = []
        for cut in cuts {
            let span = bytes.span.extracting(first: cut)
            if body == nil {
                switch parse(span, &head) {
                case .needsMore: continue
                case .refused(let fault):
                    reading.outcome = Outcome(fault)
                    return reading
                case .complete(let length):
                    offset = length
                    reading.head = describe(head, in: bytes)
                    body = BodyDecoder(head.framing)
                }
            }
            while var decoder = body {
                let event = decoder.next(span, at: &offset, limits: limits)
                body = decoder
                switch event {
                case .data(let range): data += bytes[range]
                case .trailer(let name, let value):
                    trailers.append("\(text(bytes[name])): \(text(bytes[value]))")
                case .refused(let fault):
                    reading.outcome = Outcome(fault)
                    return reading
                case .end:
                    reading.outcome = .accepted(
                        body: text(data[...]), trailers: trailers, rest: text(bytes[offset...]))
                    return reading
                case .needsMore: break
                }
                if event == .needsMore { break }
            }
        }
        if let body, body.eventAtClose() == .end {
            reading.outcome = .accepted(body: text(data[...]), trailers: trailers)
        }
        return reading
    }

    /// Everything that a head says, as lines; dropped fields in brackets.
    static func describe(_ head: borrowing Head, in bytes: [UInt8]) -> String {
        func at(_ slice: Slice) -> String { text(bytes[slice.range]) }
        var lines = [
            "\(at(head.methodText)) \(at(head.target)) path \(at(head.path))",
            "authority \(at(head.authority)) host \(at(head.host))",
            "status \(head.status) \(at(head.reason)) version \(head.version)",
            "framing \(head.framing) declared \(head.declaredLength.map { "\($0)" } ?? "-")",
            "keeps \(head.keepsAlive) expects \(head.expectsContinue)"
                + " trailers \(head.acceptsTrailers) upgrades \(head.upgradesToWebSocket)",
        ]
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            let line = "\(at(field.name)): \(at(field.value))"
            lines.append(field.isDropped ? "[\(line)]" : line)
        }
        return lines.joined(separator: "\n")
    }

    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// The cuts of the split test: byte by byte, and each way to cut in two.
func splits(of count: Int) -> [[Int]] {
    [Array(0...count)] + (0...count).map { [$0, count] }
}
