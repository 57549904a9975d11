internal import Bytes

/// Checks the extensions of a chunk's size line, byte by byte (RFC 9112 §7.1.1).
///
/// `;name`, `;name=token` or `;name="quoted"`, any number of them. White space between the parts
/// is refused: the grammar only tolerates it, and it has been a way to smuggle.
struct ChunkExtension: BitwiseCopyable, Sendable {
    private enum State: UInt8 {
        case outside, nameStart, name, valueStart, token, quoted, escape, quotedEnd
    }

    private var state = State.outside

    var isInside: Bool { state != .outside }

    /// A semicolon was read behind the size.
    mutating func begin() { state = .nameStart }

    /// The line ends; false when it ends in the middle of something.
    mutating func end() -> Bool {
        defer { state = .outside }
        return switch state {
        case .name, .token, .quotedEnd: true
        case .outside, .nameStart, .valueStart, .quoted, .escape: false
        }
    }

    /// Takes in one byte that is no CR; false when it may not stand here.
    mutating func read(_ byte: UInt8) -> Bool {
        switch state {
        case .outside:
            preconditionFailure("no extension was begun")
        case .nameStart:
            state = .name
            return ASCII.isToken(byte)
        case .name:
            if byte == 0x3d { state = .valueStart }
            if byte == 0x3b { state = .nameStart }
            return state != .name || ASCII.isToken(byte)
        case .valueStart:
            state = byte == 0x22 ? .quoted : .token
            return byte == 0x22 || ASCII.isToken(byte)
        case .token, .quotedEnd:
            if byte == 0x3b {
                state = .nameStart
                return true
            }
            return state == .token && ASCII.isToken(byte)
        case .quoted:
            if byte == 0x22 { state = .quotedEnd }
            if byte == 0x5c { state = .escape }
            return ASCII.isFieldValue(byte)
        case .escape:
            state = .quoted
            return ASCII.isFieldValue(byte)
        }
    }
}
