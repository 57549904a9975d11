/// A name in the order that a person expects: `hello-9` before `hello-10`.
struct NaturalName: Hashable, Comparable, Sendable {
    private let bytes: [UInt8]

    init(_ name: String) { bytes = Array(name.utf8) }

    static func < (left: NaturalName, right: NaturalName) -> Bool {
        var leftRest = left.bytes[...]
        var rightRest = right.bytes[...]
        while let byte = leftRest.first, let other = rightRest.first {
            if isDigit(byte), isDigit(other) {
                let number = takeNumber(&leftRest)
                let otherNumber = takeNumber(&rightRest)
                // Without leading zeros the longer number is the larger one.
                if number.count != otherNumber.count { return number.count < otherNumber.count }
                if !number.elementsEqual(otherNumber) {
                    return number.lexicographicallyPrecedes(otherNumber)
                }
            } else {
                if byte != other { return byte < other }
                leftRest.removeFirst()
                rightRest.removeFirst()
            }
        }
        if leftRest.isEmpty != rightRest.isEmpty { return leftRest.isEmpty }
        // Equal but for leading zeros.
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    private static func takeNumber(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = rest.prefix(while: isDigit)
        rest = rest.dropFirst(digits.count)
        return digits.drop { $0 == UInt8(ascii: "0") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
