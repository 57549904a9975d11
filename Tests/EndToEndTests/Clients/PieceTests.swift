import TestSupport
import Testing

/// Heads of HTTP/2 that come in two pieces, the first of them behind another head.
@Suite struct `Heads in pieces` {
    /// How often the head was cut.
    private struct Answer: Decodable {
        var cuts: Int
    }

    @Test(arguments: Transport.allCases)
    func `are read as if they came whole`(transport: Transport) throws {
        try withUpstreams("h1_upstream", isH2C: false) { stage throws in
            let answer = try stage.ask("h2_pieces", transport, as: Answer.self)
            #expect(answer.cuts > 20)
            #expect(stage.upstreams[0].lines.count == 2 * answer.cuts)
        }
    }
}
