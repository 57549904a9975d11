internal import TLS

/// A ConfigMap with CA certificates: every value of it is PEM (§6.5).
struct TrustContent: Equatable, Sendable {
    /// Nil where there is no value.
    var bundle: TrustBundle?

    init(_ data: Cursor, _ flaws: inout Flaws) {
        var bundles: [TrustBundle] = []
        // Knative's ConfigMaps have their documentation there.
        for (name, cursor) in data.entries(&flaws) where name != "_example" {
            let known = flaws.errors.count
            let text = cursor.text(&flaws)
            guard flaws.errors.count == known else { continue }
            if let bundle = TrustBundle.read(Array(text.utf8), cursor, &flaws) {
                bundles.append(bundle)
            }
        }
        if bundles.isEmpty { return }
        do {
            bundle = try TrustBundle.joined(bundles)
        } catch {
            flaws.refuse(data, error.text, right: "write fewer")
        }
    }
}

extension TrustBundle {
    /// The bundle in a text; nil when it is none, which is said.
    static func read(
        _ text: [UInt8], _ cursor: Cursor, _ flaws: inout Flaws
    ) -> TrustBundle? {
        do {
            return try read(bundle: text)
        } catch {
            flaws.refuse(cursor, error.text, right: "write CA certificates in PEM")
            return nil
        }
    }
}
