import Bytes
import HTTP

/// The lines by which an upstream learns of a client, kept as they were written: most connections ask
/// for one host again and again.
///
/// Only what a connection has asked for twice is kept, so that those with one request pay nothing, and
/// where two connections share a place each pays little.
struct ForwardedLines: BitwiseCopyable {
    // The lines' names, in their order; constants of the compiler's, not of the program's.
    static var forName: StaticString { "x-forwarded-for" }
    static var protoName: StaticString { "x-forwarded-proto" }
    static var hostName: StaticString { "x-forwarded-host" }
    static var forwardedName: StaticString { "forwarded" }

    /// Whose lines they are, or will be when it asks again.
    private var client = Handle.none
    /// LIMIT: bytes of lines that are kept; longer ones are written each time.
    private var text = InlineArray<240, UInt8>(repeating: 0)
    /// Bytes of the text; 0 while there are no lines.
    private var count = 0
    private var address: UInt8 = 0
    private var host: UInt8 = 0
    private var isSecure = false

    /// Whether these are the client's lines for that host.
    mutating func holds(_ client: Handle, _ host: Span<UInt8>, isSecure: Bool) -> Bool {
        guard self.client == client, count > 0, self.isSecure == isSecure,
            Int(self.host) == host.count
        else { return false }
        let start = startOfHost
        return ByteScan.equal(text.span.extracting(start..<start + host.count), host)
    }

    /// Appends the lines into reserved room, and notes where each lies.
    mutating func append(to head: inout Buffer, _ index: inout HeadIndex) {
        var start = head.count
        let end = start + count
        func note(_ name: StaticString, _ value: Int) {
            let name = name.utf8CodeUnitCount
            index.note(at: start, name: name, value: value, as: .plain, isLower: true)
            start += name + value + 4
        }
        note(Self.forName, Int(address))
        note(Self.protoName, scheme)
        note(Self.hostName, Int(host))
        note(Self.forwardedName, end - start - Self.forwardedName.utf8CodeUnitCount - 4)
        head.append(text.span.extracting(first: count))
    }

    /// Takes in the lines as they were just written for the client, from `start` on, if it asks for the
    /// second time.
    mutating func note(
        _ client: Handle, _ head: borrowing Buffer, from start: Int, address: Int, host: Int,
        isSecure: Bool
    ) {
        let lines = head.bytes.extracting(start..<head.count)
        count = 0
        guard self.client == client else { return self.client = client }
        guard lines.count <= text.count else { return }
        text.setFirst(lines)
        count = lines.count
        self.address = UInt8(address)
        self.host = UInt8(host)
        self.isSecure = isSecure
    }

    /// Where the host begins in the line of its own.
    private var startOfHost: Int {
        let first = Self.forName.utf8CodeUnitCount + Int(address) + 4
        let second = Self.protoName.utf8CodeUnitCount + scheme + 4
        return first + second + Self.hostName.utf8CodeUnitCount + 2
    }

    private var scheme: Int { isSecure ? 5 : 4 }
}
