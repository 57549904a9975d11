/// The numbers of the streams that a client began of late, so that one that is over can be told from
/// one that never was (RFC 9113 §5.1, §5.1.1).
struct HTTP2PastStreams: BitwiseCopyable {
    /// LIMIT: streams remembered; of older ones nothing is said.
    private static let count = 256

    /// Numbers, negative where we reset the stream: what comes on it was sent before that was known.
    private var numbers = InlineArray<256, Int32>(repeating: 0)
    private var next = 0
    private var highest: Int32 = 0

    /// A HEADERS frame comes for a stream that is not open: what is wrong with that, if anything.
    mutating func begin(_ id: Int32) -> HTTP2Fault? {
        if id > highest {
            highest = id
            numbers[next % Self.count] = id
            next += 1
            return nil
        }
        var oldest = Int32.max
        for index in 0..<Self.count {
            if numbers[index] == id { return .streamClosed }
            if numbers[index] == -id { return nil }
            oldest = min(oldest, abs(numbers[index]))
        }
        // What is older than all that is remembered may have been anything.
        return id > oldest ? .protocolError : nil
    }

    /// We reset the stream, or are going to.
    mutating func reset(_ id: Int32) {
        for index in 0..<Self.count where numbers[index] == id { numbers[index] = -id }
    }

    /// Whether that was noted before, and is remembered.
    ///
    /// Mutating, though it changes nothing: the compiler (6.3) copies what is only borrowed.
    mutating func isReset(_ id: Int32) -> Bool {
        for index in 0..<Self.count where numbers[index] == -id { return true }
        return false
    }
}
