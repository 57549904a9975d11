/// Cuts a stream of bytes into lines, whatever the pieces that it comes in.
struct LineCutter {
    /// LIMIT: bytes of a line; etcd takes objects of up to 1.5 MiB.
    static let lineMax = 8 << 20

    private var started: [UInt8] = []
    private let most: Int

    init(most: Int = Self.lineMax) { self.most = most }

    /// Takes more bytes, telling each line that they complete, without its end; false when a line
    /// is too long.
    mutating func take(_ bytes: [UInt8], _ tell: ([UInt8]) -> Void) -> Bool {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            guard started.count + end - start <= most else { return false }
            if started.isEmpty {
                tell(Array(bytes[start..<end]))
            } else {
                started += bytes[start..<end]
                tell(started)
                started = []
            }
            start = end + 1
        }
        started += bytes[start...]
        return started.count <= most
    }

    /// What came after the last line's end.
    var rest: [UInt8] { started }
}
