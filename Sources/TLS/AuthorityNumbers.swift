internal import Synchronization

/// Small numbers for authorities by content, so that requests compare a word instead of digests.
///
/// A digest cut to a word would not do: who may load a CA could look for one with a host's number.
enum AuthorityNumbers {
    private struct Held {
        let number: UInt32
        var uses: Int
    }

    private struct Numbers {
        var byContent: [[UInt8]: Held] = [:]
        var last: UInt32 = 0
    }

    /// As many entries as authorities are alive.
    private static let numbers = Mutex(Numbers())

    /// The number of a content, from 1; a content that nobody holds gets a fresh one.
    static func take(_ content: [UInt8]) -> UInt32 {
        numbers.withLock { numbers in
            if let held = numbers.byContent[content] {
                numbers.byContent[content]?.uses += 1
                return held.number
            }
            numbers.last += 1
            precondition(numbers.last <= UInt32.max >> 1, "two thousand million authorities")
            numbers.byContent[content] = Held(number: numbers.last, uses: 1)
            return numbers.last
        }
    }

    static func giveBack(_ content: [UInt8]) {
        numbers.withLock { numbers in
            guard let held = numbers.byContent[content] else { return }
            if held.uses == 1 {
                numbers.byContent[content] = nil
            } else {
                numbers.byContent[content]?.uses -= 1
            }
        }
    }
}
