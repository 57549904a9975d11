internal import Bytes

/// A head that came over HTTP/2, as `HTTP2HeadBlock` leaves it: its text as HTTP/1 writes it, and
/// behind that a mark for each field, which says where it lies.
///
/// So heads of both protocols obey one set of rules, and fields are found once.
package enum HTTP2Head {
    /// Bytes of a mark: those of a `Field`, as they lie in memory.
    package static var markBytes: Int { MemoryLayout<Field>.size }

    /// Appends marks behind a text.
    static func append(
        _ marks: borrowing FixedArray<Field>, to texts: inout Buffer, from pool: inout ChunkPool
    ) {
        // SAFETY: a field is plain bytes without gaps between them.
        let all = marks.span
        unsafe all.withUnsafeBytes { bytes in
            unsafe texts.append(
                Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)), from: &pool)
        }
    }

    /// Reads back what `append` wrote.
    static func readMarks(_ bytes: Span<UInt8>, into marks: inout FixedArray<Field>) {
        for index in 0..<bytes.count / markBytes { marks.append(mark(index, in: bytes, from: 0)) }
    }

    @inline(always)
    private static func mark(_ index: Int, in bytes: Span<UInt8>, from start: Int) -> Field {
        // SAFETY: the load checks its bounds; the bytes are a field that `append` wrote.
        unsafe bytes.bytes.unsafeLoadUnaligned(
            fromByteOffset: start + index * markBytes, as: Field.self)
    }

    /// Reads a request, whose text is the bytes but for the marks of so many fields at their end;
    /// says why it is none.
    package static func readRequest(
        _ bytes: Span<UInt8>, fields: Int, into head: inout Head, limits: HeadLimits
    ) -> HeadFault? {
        head.reset()
        let text = bytes.extracting(first: bytes.count - fields * markBytes)
        var parser = RequestHeadParser()
        switch parser.readRequestLine(text, into: &head, limits) {
        case nil: break
        case .refused(let fault): return fault
        case .needsMore, .complete: return .badRequestLine
        }
        var facts = HeadFacts(isRequest: true)
        if let fault = readFields(bytes, text, fields, into: &head, noting: &facts, limits) {
            return fault
        }
        if let fault = facts.settle(request: &head, in: text) { return fault }
        head.version = 2
        return nil
    }

    /// Reads a response to a request with that method; says why it is none.
    package static func readResponse(
        _ bytes: Span<UInt8>, fields: Int, into head: inout Head, answering method: Method,
        limits: HeadLimits
    ) -> HeadFault? {
        head.reset()
        let text = bytes.extracting(first: bytes.count - fields * markBytes)
        if case .fault(let fault) = StatusLine.read(text, into: &head) { return fault }
        var facts = HeadFacts(isRequest: false)
        if let fault = readFields(bytes, text, fields, into: &head, noting: &facts, limits) {
            return fault
        }
        return facts.settle(response: &head, answering: method, in: text)
    }

    private static func readFields(
        _ bytes: Span<UInt8>, _ text: Span<UInt8>, _ count: Int, into head: inout Head,
        noting facts: inout HeadFacts, _ limits: HeadLimits
    ) -> HeadFault? {
        guard text.count <= limits.headBytes else { return .headTooLarge }
        guard count <= limits.fields else { return .tooManyFields }
        for index in 0..<count {
            var field = mark(index, in: bytes, from: text.count)
            if let fault = facts.note(&field, in: text, of: &head) { return fault }
            head.fields.append(field)
        }
        return nil
    }
}
