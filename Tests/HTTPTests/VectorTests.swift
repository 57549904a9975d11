import HTTP
import TestSupport
import Testing

private let allVectors = framingVectors + chunkVectors + lineVectors

@Test(arguments: allVectors)
func `A request vector gets its verdict`(_ vector: Vector) {
    #expect(Reading.request(vector.input).outcome == vector.expected, "\(vector.rule)")
}

@Test(arguments: allVectors)
func `Cuts between the bytes of a request change nothing`(_ vector: Vector) {
    let whole = Reading.request(vector.input)
    // Long vectors get a sample of the cuts: their middles are all alike.
    let cuts = splits(of: vector.input.count)
    let sample =
        cuts.count < 600 ? cuts : cuts.enumerated().filter { $0.offset % 41 == 0 }.map(\.element)
    for cut in sample {
        #expect(Reading.request(vector.input, cuts: cut) == whole, "cut \(cut.prefix(2))")
    }
}

@Test
func `Every vector has a name of its own`() {
    #expect(Set(allVectors.map(\.name)).count == allVectors.count)
}

@Test
func `Every fault that a request can meet has a vector`() {
    let met = Set(
        allVectors.compactMap { vector -> String? in
            if case .refused(_, let reason) = vector.expected { reason } else { nil }
        })
    let elsewhere = [
        "target_too_long", "head_too_large", "too_many_fields", "bad_status_line",
        "incomplete_body", "unknown_protocol",
    ]
    let all = HeadFault.allCases.map { "\($0.reason)" }
    #expect(Set(all).count == all.count)
    #expect(Set(all).subtracting(met).sorted() == elsewhere.sorted())
}
