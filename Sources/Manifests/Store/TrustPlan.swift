internal import TLS

/// Who vouches for upstreams: all that loaded Secrets and ConfigMaps say of it, together.
struct TrustPlan: Sendable {
    /// Nil where no CA is loaded.
    private(set) var bundle: TrustBundle?
    /// Why the last good bundle stays; nil when all is well.
    private(set) var fault: ObjectFault?

    /// Of the bundle.
    var number: UInt32? { bundle?.number }

    mutating func update(_ index: ObjectIndex) {
        let objects = index.trust
        fault = nil
        guard let last = objects.last else {
            bundle = nil
            return
        }
        do {
            bundle = try TrustBundle.joined(objects.compactMap(\.trust))
        } catch {
            fault = last.fault(
                field: "data", wrong: "with all others, \(error.text)",
                right: "write fewer: the last good ones stay")
        }
    }
}
