import TestSupport

/// A part of a message, in the order in which it came.
enum PairPart: Sendable {
    /// Fields with lower case names, those of RFC 9113 §8.3 first, whatever was spoken.
    case head([FieldLine])
    case data([UInt8])
    case trailers([FieldLine])
    case end
}
