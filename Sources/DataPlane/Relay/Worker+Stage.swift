import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Staging a head that is passed on: its text as HTTP/1 writes it, and for HTTP/2 where its fields
/// lie.
///
/// What is put into `staging` without these is HTTP/1's alone.
extension Worker {
    /// A head begins; `isStream` says that it goes over HTTP/2.
    mutating func beginHead(isStream: Bool) { headIndex.begin(isNeeded: isStream) }

    /// Stages a field of our own, whose name is in lower case, as all of ours are; but for Host, of
    /// which HTTP/2 has another name.
    @inline(__always)
    mutating func stage(
        _ name: StaticString, _ value: Span<UInt8>, as kind: HeadIndex.Kind = .plain
    ) {
        headIndex.note(
            at: staging.count, name: name.utf8CodeUnitCount, value: value.count, as: kind,
            isLower: true)
        staging.append(field: name, value)
    }

    /// The same with a value that was written in the source.
    @inline(__always)
    mutating func stage(_ name: StaticString, _ value: StaticString) {
        headIndex.note(
            at: staging.count, name: name.utf8CodeUnitCount, value: value.utf8CodeUnitCount,
            as: .plain, isLower: true)
        staging.append(field: name, value)
    }

    /// Stages the fields of the head that was just read from `bytes`, but for the dropped ones.
    ///
    /// `fromStream`: it came over HTTP/2.
    mutating func stageFields(_ bytes: Span<UInt8>, fromStream: Bool) {
        headIndex.note(fieldsOf: head, at: staging.count, areLower: fromStream)
        staging.append(fieldsOf: head, in: bytes)
    }

    /// Stages lines that were written before.
    mutating func stage(lines: borrowing Buffer) {
        if lines.isEmpty { return }
        headIndex.note(linesOf: lines.bytes, from: 0, at: staging.count)
        staging.append(lines)
    }

    /// Begins a field of our own whose value is staged piece by piece; says where it begins.
    @inline(__always)
    mutating func beginField(_ name: StaticString) -> Int {
        let start = staging.count
        staging.append(name)
        staging.append(bytesOf: 0x203a as UInt16)
        return start
    }

    /// Ends the field with that name that began there.
    @inline(__always)
    mutating func endField(
        _ name: StaticString, from start: Int, as kind: HeadIndex.Kind = .plain,
        isLower: Bool = true
    ) {
        let count = name.utf8CodeUnitCount
        headIndex.note(
            at: start, name: count, value: staging.count - start - count - 2, as: kind,
            isLower: isLower)
        staging.appendLineEnd()
    }

    /// Stages a Content-Length.
    mutating func stage(contentLength count: UInt64) {
        let start = beginField("content-length")
        staging.append(decimal: count)
        endField("content-length", from: start)
    }

    /// Stages how the body is framed; HTTP/2 frames what is chunked in HTTP/1.
    mutating func stage(framing: BodyFraming) {
        if case .length(let count) = framing {
            stage(contentLength: count)
        } else {
            staging.append(framing: framing)
        }
    }
}
