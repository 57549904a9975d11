/// Something in the test's own tools or in what they watched went wrong.
package struct TestFault: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// How a connection failed or ended while a test waited for bytes.
package enum WireFault: Error, Equatable, CustomStringConvertible {
    case timedOut(String)
    case ended(String)
    case reset(String)
    case refused
    case malformed(String)

    package var description: String {
        switch self {
        case .timedOut(let seen): "timed out; seen so far: \(seen)"
        case .ended(let seen): "the other side closed; seen so far: \(seen)"
        case .reset(let seen): "the other side reset; seen so far: \(seen)"
        case .refused: "connection refused"
        case .malformed(let why): "malformed message: \(why)"
        }
    }
}
