internal import Bytes

/// A head that came over HTTP/2, as `HTTP2HeadBlock` leaves it: a text with the fields as HTTP/1
/// writes them, behind that a mark for each field, which says where it lies, and a note of the rest.
///
/// So heads of both protocols obey one set of rules, and fields are found once.
package enum HTTP2Head {
    /// Bytes of a mark: those of a `Field`, as they lie in memory.
    private static var markBytes: Int { MemoryLayout<Field>.size }

    /// Bytes behind the text of a head with so many fields.
    package static func markBytes(of fields: Int) -> Int {
        fields * markBytes + HTTP2HeadNote.bytes
    }

    /// Appends marks behind a text, into reserved room.
    static func append(_ marks: borrowing FixedArray<Field>, to texts: inout Buffer) {
        // SAFETY: a field is plain bytes without gaps between them.
        let all = marks.span
        unsafe all.withUnsafeBytes { bytes in
            unsafe texts.append(
                Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
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

    /// Reads a request, whose text is the bytes but for the marks of so many fields and a note at
    /// their end; says why it is none.
    package static func readRequest(
        _ bytes: Span<UInt8>, fields: Int, into head: inout Head, limits: HeadLimits
    ) -> HeadFault? {
        head.reset()
        let note = HTTP2HeadNote(atEndOf: bytes)
        let text = text(of: bytes, fields)
        if let fault = readTarget(note, text, into: &head, limits) { return fault }
        var facts = HeadFacts(isRequest: true)
        if let fault = facts.take(note, in: text, of: &head) { return fault }
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
        let note = HTTP2HeadNote(atEndOf: bytes)
        let text = text(of: bytes, fields)
        head.status = note.status
        var facts = HeadFacts(isRequest: false)
        if let fault = facts.take(note, in: text, of: &head) { return fault }
        if let fault = readFields(bytes, text, fields, into: &head, noting: &facts, limits) {
            return fault
        }
        return facts.settle(response: &head, answering: method, in: text)
    }

    @_lifetime(copy bytes)
    private static func text(of bytes: Span<UInt8>, _ fields: Int) -> Span<UInt8> {
        bytes.extracting(first: bytes.count - fields * markBytes - HTTP2HeadNote.bytes)
    }

    /// Method and target; the block has looked at what the target may hold.
    private static func readTarget(
        _ note: HTTP2HeadNote, _ text: Span<UInt8>, into head: inout Head, _ limits: HeadLimits
    ) -> HeadFault? {
        let method = text.extracting(note.method.range)
        guard !method.isEmpty, ByteScan.endOfToken(in: method, from: 0) == method.count else {
            return .badMethod
        }
        head.methodText = note.method
        head.method = Method(method)
        head.target = note.path
        if note.path.range.count > limits.targetBytes { return .targetTooLong }
        return RequestTarget.read(text, into: &head)
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
