/// Searches and comparisons over many bytes at a time.
///
/// A search starts at `from` (0 to count) and returns `bytes.count` when nothing was found.
public enum ByteScan {
    // MARK: Searches

    /// The first byte equal to `byte`.
    @inlinable
    public static func first(_ byte: UInt8, in bytes: Span<UInt8>, from: Int) -> Int {
        precondition(from >= 0 && from <= bytes.count)
        var index = from
        while bytes.count &- index >= 16 {
            let offset = firstTrue(block(bytes, at: index) .== all(byte))
            if offset < 16 { return index &+ offset }
            index &+= 16
        }
        while index < bytes.count, bytes[index] != byte { index &+= 1 }
        return index
    }

    /// The first byte that no field value may hold; CR and LF are among them (RFC 9110 §5.5).
    @inlinable
    public static func endOfFieldValue(in bytes: Span<UInt8>, from: Int) -> Int {
        precondition(from >= 0 && from <= bytes.count)
        var index = from
        while bytes.count &- index >= 16 {
            let block = block(bytes, at: index)
            let offset = firstTrue(
                (block .< all(0x20) .& block .!= all(0x09)) .| block .== all(0x7f))
            if offset < 16 { return index &+ offset }
            index &+= 16
        }
        while index < bytes.count, ASCII.isFieldValue(bytes[index]) { index &+= 1 }
        return index
    }

    /// The first byte that no request target may hold (`ASCII.isTarget`).
    @inlinable
    public static func endOfTarget(in bytes: Span<UInt8>, from: Int) -> Int {
        precondition(from >= 0 && from <= bytes.count)
        var index = from
        while bytes.count &- index >= 16 {
            let block = block(bytes, at: index)
            let offset = firstTrue(block &- all(0x21) .> all(0x5d) .| block .== all(0x23))
            if offset < 16 { return index &+ offset }
            index &+= 16
        }
        while index < bytes.count, ASCII.isTarget(bytes[index]) { index &+= 1 }
        return index
    }

    /// The first byte that is not a letter, a digit or `-`: where all but odd field names end.
    @inlinable
    public static func endOfPlainName(in bytes: Span<UInt8>, from: Int) -> Int {
        precondition(from >= 0 && from <= bytes.count)
        var index = from
        while bytes.count &- index >= 16 {
            let block = block(bytes, at: index)
            let isLetter = (block | all(0x20)) &- all(0x61) .< all(26)
            let isDigit = block &- all(0x30) .< all(10)
            let offset = firstTrue(.!(isLetter .| isDigit .| block .== all(0x2d)))
            if offset < 16 { return index &+ offset }
            index &+= 16
        }
        while index < bytes.count, ASCII.isPlainName(bytes[index]) { index &+= 1 }
        return index
    }

    /// The first byte that no host name may hold (`ASCII.isHost`).
    @inlinable
    public static func endOfHost(in bytes: Span<UInt8>, from: Int) -> Int {
        precondition(from >= 0 && from <= bytes.count)
        var index = from
        while bytes.count &- index >= 16 {
            let block = block(bytes, at: index)
            let isLetter = (block | all(0x20)) &- all(0x61) .< all(26)
            // From `-` to `9` but for `/`.
            let isOther = (block &- all(0x2d) .< all(13)) .& block .!= all(0x2f)
            let offset = firstTrue(.!(isLetter .| isOther))
            index &+= offset
            if offset < 16 {
                guard ASCII.isHost(bytes[index]) else { return index }
                index &+= 1
            }
        }
        while index < bytes.count, ASCII.isHost(bytes[index]) { index &+= 1 }
        return index
    }

    /// The first byte that is not a token's (`ASCII.isToken`).
    @inlinable
    public static func endOfToken(in bytes: Span<UInt8>, from: Int) -> Int {
        var index = endOfPlainName(in: bytes, from: from)
        while index < bytes.count, ASCII.isToken(bytes[index]) {
            index = endOfPlainName(in: bytes, from: index &+ 1)
        }
        return index
    }

    /// The first byte that text in JSON cannot hold as it is: a control, `"` or `\`.
    @inlinable
    public static func endOfJSONText(in bytes: Span<UInt8>, from: Int) -> Int {
        precondition(from >= 0 && from <= bytes.count)
        var index = from
        while bytes.count &- index >= 16 {
            let block = block(bytes, at: index)
            let offset = firstTrue(
                block .< all(0x20) .| block .== all(0x22) .| block .== all(0x5c))
            if offset < 16 { return index &+ offset }
            index &+= 16
        }
        while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5c
        {
            index &+= 1
        }
        return index
    }

    // MARK: Comparisons

    /// Whether both are the same, byte for byte.
    @inlinable
    public static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        let count = left.count
        guard count == right.count else { return false }
        if count < 8 { return partialWord(left) == partialWord(right) }
        var index = 0
        while index < count &- 8 {
            if word(left, at: index) != word(right, at: index) { return false }
            index &+= 8
        }
        return word(left, at: count &- 8) == word(right, at: count &- 8)
    }

    /// Whether both are the same but for the case of A–Z.
    @inlinable
    public static func equal(_ left: Span<UInt8>, ignoringCase right: Span<UInt8>) -> Bool {
        let count = left.count
        guard count == right.count else { return false }
        if count < 8 { return equal(partialWord(left), ignoringCase: partialWord(right)) }
        var index = 0
        while index < count &- 8 {
            if !equal(word(left, at: index), ignoringCase: word(right, at: index)) { return false }
            index &+= 8
        }
        return equal(word(left, at: count &- 8), ignoringCase: word(right, at: count &- 8))
    }

    /// The same for eight bytes; most are the same as they are.
    @inlinable @inline(__always)
    static func equal(_ left: UInt64, ignoringCase right: UInt64) -> Bool {
        left == right || ASCII.lowered(left) == ASCII.lowered(right)
    }

    /// Whether all bytes may stand in a field value (`ASCII.isFieldValue`).
    @inlinable
    public static func isFieldValue(_ bytes: Span<UInt8>) -> Bool {
        // Tabs are rare.
        hasNoControl(bytes, below: 0x20) || endOfFieldValue(in: bytes, from: 0) == bytes.count
    }

    /// Whether none of the bytes is a control or a blank.
    @inlinable
    public static func isVisible(_ bytes: Span<UInt8>) -> Bool {
        hasNoControl(bytes, below: 0x21)
    }

    /// Whether no byte is below that one, which is at most 0x80, nor DEL.
    @inlinable @inline(__always)
    static func hasNoControl(_ bytes: Span<UInt8>, below least: UInt8) -> Bool {
        let ones = 0x0101_0101_0101_0101 as UInt64
        let least = ones &* UInt64(least)
        let count = bytes.count
        // Sets the high bit of some byte exactly when one is below, or DEL.
        func marks(_ word: UInt64) -> UInt64 {
            let rubout = word ^ 0x7f7f_7f7f_7f7f_7f7f
            return (word &- least) & ~word | (rubout &- ones) & ~rubout
        }
        var found: UInt64 = 0
        if count < 8 {
            // What is missing is filled up with blameless bytes.
            let filler = count < 4 ? 0x7e7e_7e7e_7e00_0000 as UInt64 : 0
            let empty = count == 0 ? 0x7e7e_7e as UInt64 : 0
            found = marks(partialWord(bytes) | filler | empty)
        } else {
            var index = 0
            while index < count &- 8 {
                found |= marks(word(bytes, at: index))
                index &+= 8
            }
            found |= marks(word(bytes, at: count &- 8))
        }
        return found & 0x8080_8080_8080_8080 == 0
    }

    /// Whether none of the bytes is one of A–Z.
    @inlinable
    public static func isLowerCase(_ bytes: Span<UInt8>) -> Bool {
        let count = bytes.count
        if count < 8 { return ASCII.lowered(partialWord(bytes)) == partialWord(bytes) }
        var index = 0
        while index < count &- 8 {
            if ASCII.lowered(word(bytes, at: index)) != word(bytes, at: index) { return false }
            index &+= 8
        }
        return ASCII.lowered(word(bytes, at: count &- 8)) == word(bytes, at: count &- 8)
    }

    @inlinable
    public static func equal(_ left: Span<UInt8>, _ text: StaticString) -> Bool {
        equal(left, bytes(of: text))
    }

    /// Whether the bytes are this text but for the case of A–Z.
    @inlinable
    public static func equal(_ left: Span<UInt8>, ignoringCase text: StaticString) -> Bool {
        equal(left, ignoringCase: bytes(of: text))
    }

    /// Whether `bytes` begin with `prefix`, but for the case of A–Z.
    @inlinable
    public static func starts(_ bytes: Span<UInt8>, ignoringCase prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        return bytes.count >= count && equal(bytes.extracting(first: count), ignoringCase: prefix)
    }

    /// The bytes of a text that was written in the source; it must be longer than one character.
    @inlinable
    @_lifetime(immortal)
    public static func bytes(of text: StaticString) -> Span<UInt8> {
        precondition(text.hasPointerRepresentation)
        // SAFETY: a static string's bytes live for ever.
        let span = unsafe Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
        return unsafe _overrideLifetime(span, copying: ())
    }

    // MARK: Hash

    /// A 64-bit hash that ignores the case of A–Z, for host names, which tenants choose.
    ///
    /// Each word is multiplied with a secret and the halves of the product are folded: a word that
    /// makes the product zero, whatever stood before it, is one of 2^64 that nobody knows.
    @inlinable
    public static func hash(ignoringCase bytes: Span<UInt8>, _ seed: HashSeed) -> UInt64 {
        hash(bytes, seed) { ASCII.lowered($0) }
    }

    /// A 64-bit hash in the same way, of bytes as they are.
    @inlinable
    public static func hash(_ bytes: Span<UInt8>, _ seed: HashSeed) -> UInt64 {
        hash(bytes, seed) { $0 }
    }

    @inlinable @inline(__always)
    static func hash(
        _ bytes: Span<UInt8>, _ seed: HashSeed, _ read: (UInt64) -> UInt64
    ) -> UInt64 {
        let count = bytes.count
        let factor = seed.factor
        var hash = seed.start ^ UInt64(truncatingIfNeeded: count)
        if count < 8 {
            return mixed(mixed(hash, read(partialWord(bytes)), factor), 0, factor)
        }
        var index = 0
        while index < count &- 8 {
            hash = mixed(hash, read(word(bytes, at: index)), factor)
            index &+= 8
        }
        return mixed(mixed(hash, read(word(bytes, at: count &- 8)), factor), 0, factor)
    }

    @inlinable
    static func mixed(_ hash: UInt64, _ word: UInt64, _ factor: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }

    // MARK: Loads

    @inlinable
    static func block(_ bytes: Span<UInt8>, at index: Int) -> SIMD16<UInt8> {
        // SAFETY: callers left sixteen bytes after `index`; the span keeps them alive.
        unsafe bytes.bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
    }

    @inlinable
    static func word(_ bytes: Span<UInt8>, at index: Int) -> UInt64 {
        // SAFETY: callers left eight bytes after `index`; the span keeps them alive.
        unsafe bytes.bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: index, as: UInt64.self)
    }

    /// Up to seven bytes as one word; for the same count, the same bytes give the same word.
    @inlinable
    static func partialWord(_ bytes: Span<UInt8>) -> UInt64 {
        let count = bytes.count
        if count >= 4 {
            // SAFETY: both loads lie within `count`; the span keeps them alive.
            let low = unsafe bytes.bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: 0, as: UInt32.self)
            let high = unsafe bytes.bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: count &- 4, as: UInt32.self)
            return UInt64(low) | UInt64(high) &<< 32
        }
        if count == 0 { return 0 }
        return UInt64(bytes[0]) | UInt64(bytes[count &>> 1]) &<< 8
            | UInt64(bytes[count &- 1]) &<< 16
    }

    /// Sixteen times the byte; comparing with a scalar instead would go lane by lane (6.3.1).
    @inlinable
    static func all(_ byte: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: byte) }

    /// The first lane that is true, 16 when none is.
    @inlinable
    static func firstTrue(_ mask: SIMDMask<SIMD16<Int8>>) -> Int {
        // SAFETY: a mask is sixteen bytes of all ones or all zeros.
        let words = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
        if words[0] != 0 { return words[0].trailingZeroBitCount &>> 3 }
        return 8 &+ words[1].trailingZeroBitCount &>> 3
    }
}
