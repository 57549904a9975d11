import Foundation
import Synchronization

/// Compares a body that comes in pieces with a block that repeats.
struct BodyCheck {
    private let block: [UInt8]
    private(set) var count = 0
    /// False once a byte differed.
    private(set) var isGood = true

    init(_ block: [UInt8]) {
        self.block = block
    }

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { piece in
            block.withUnsafeBufferPointer { pattern in
                guard let piece = piece.baseAddress, let pattern = pattern.baseAddress else {
                    return
                }
                var done = 0
                while done < bytes.count {
                    let at = (count + done) % block.count
                    let length = min(bytes.count - done, block.count - at)
                    if memcmp(piece + done, pattern + at, length) != 0 { isGood = false }
                    done += length
                }
            }
        }
        count += bytes.count
    }
}

/// A number that one thread raises and another looks at.
final class Progress: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add(_ more: Int) {
        value.withLock { $0 += more }
    }
}
