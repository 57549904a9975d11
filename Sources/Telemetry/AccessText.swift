package import Bytes

/// A text of an access record, behind its fixed part.
///
/// Each stands as its number, two bytes of length (the lower one first), and its bytes. A text
/// that is not there is not written.
package enum AccessText: UInt8, Sendable, CaseIterable {
    case method
    /// Path and query as they came; who writes it cuts it at `?` unless queries are logged.
    case target
    case authority
    case forwardedFor
    case userAgent
    case requestID
    case traceParent
    /// What the client asked for in its TLS hello.
    case serverName
    /// What went wrong, in words.
    case details

    /// LIMIT: bytes of a text; what is longer is cut there.
    package static let sizeMax = 16 * 1024
    /// Bytes that stand before a text.
    package static let overhead = 3

    /// Writes the text; without a byte nothing is written.
    package func append(
        _ text: Span<UInt8>, to texts: inout Buffer, from pool: inout ChunkPool
    ) {
        let count = min(text.count, Self.sizeMax)
        guard count > 0 else { return }
        texts.reserve(Self.overhead + count, from: &pool)
        texts.append(rawValue)
        texts.append(UInt8(truncatingIfNeeded: count))
        texts.append(UInt8(truncatingIfNeeded: count >> 8))
        texts.append(text.extracting(0..<count))
    }

    /// Writes a text of our own.
    package func append(
        _ text: StaticString, to texts: inout Buffer, from pool: inout ChunkPool
    ) {
        let count = min(text.utf8CodeUnitCount, Self.sizeMax)
        guard count > 0 else { return }
        texts.reserve(Self.overhead + count, from: &pool)
        texts.append(rawValue)
        texts.append(UInt8(truncatingIfNeeded: count))
        texts.append(UInt8(truncatingIfNeeded: count >> 8))
        texts.append(text)
    }
}
