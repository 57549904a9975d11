import Bytes
import HTTP

/// The lines by which an upstream learns of a client, kept as they were written: most connections ask
/// for one host again and again.
///
/// Only what a connection has asked for twice is kept, so that those with one request pay nothing, and
/// where two connections share a place each pays little.
struct ForwardedLines: BitwiseCopyable {
    /// Bytes of the first line besides the address.
    static let bytesBesideAddress = 15 + 4

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
        func note(name: Int, value: Int) {
            index.note(at: start, name: name, value: value, as: .plain, isLower: true)
            start += name + value + 4
        }
        let end = start + count
        note(name: 15, value: Int(address))
        note(name: 17, value: scheme)
        note(name: 16, value: Int(host))
        note(name: 9, value: end - start - 9 - 4)
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
        for index in lines.indices { text[index] = lines[index] }
        count = lines.count
        self.address = UInt8(address)
        self.host = UInt8(host)
        self.isSecure = isSecure
    }

    /// Where the host begins in the line of its own.
    private var startOfHost: Int { 15 + Int(address) + 4 + 17 + scheme + 4 + 16 + 2 }

    private var scheme: Int { isSecure ? 5 : 4 }
}
