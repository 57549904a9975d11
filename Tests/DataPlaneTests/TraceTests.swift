import Bytes
import Testing

@testable import DataPlane

private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
private let span = "00f067aa0ba902b7"

private func isGood(_ text: String) -> Bool { Worker.isTraceParent(Array(text.utf8).span) }

@Test(arguments: [
    "00-\(trace)-\(span)-01", "00-\(trace)-\(span)-00", "01-\(trace)-\(span)-01",
    "cc-\(trace)-\(span)-01-what-the-future-will-be-like",
])
func `A valid traceparent passes`(_ text: String) {
    #expect(isGood(text))
}

@Test(arguments: [
    "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1",
    "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-x", "01-\(trace)-\(span)-01x",
    "ff-\(trace)-\(span)-01", "00-\(trace.uppercased())-\(span)-01", "0x-\(trace)-\(span)-01",
    "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
    "00_\(trace)-\(span)-01", "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01",
])
func `A broken traceparent does not`(_ text: String) {
    #expect(!isGood(text))
}
