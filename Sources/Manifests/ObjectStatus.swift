/// How an object stands.
package enum ObjectStatus: Hashable, Sendable, CustomStringConvertible {
    /// A Route, Service or Ingress whose hosts are served.
    case served
    /// Another object, there for those that look at it.
    case loaded
    /// Wrong, and there is no older version.
    case refused
    /// Wrong, but its last good version is in force.
    case lastGoodKept
    /// Another object takes its place.
    case superseded(by: String)
    /// An Ingress for another gateway.
    case otherClass(String)

    /// In a person's words.
    package var description: String {
        switch self {
        case .served: "served"
        case .loaded: "loaded"
        case .refused: "refused"
        case .lastGoodKept: "last good kept"
        case .superseded(let other): "superseded by \(other)"
        case .otherClass(let name): "of another class (\(name.isEmpty ? "none" : name))"
        }
    }
}
