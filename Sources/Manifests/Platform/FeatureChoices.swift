/// config-features: the one feature that changes routing.
struct FeatureChoices: Hashable, Sendable {
    var isTagHeaderRouting = false

    init() {}

    init(_ data: Cursor, _ flaws: inout Flaws) {
        let cursor = data["tag-header-based-routing"]
        switch cursor.text(&flaws).lowercased() {
        case "", "disabled", "allowed": break
        case "enabled": isTagHeaderRouting = true
        case let other:
            flaws.refuse(
                cursor, "invalid value: \(other)", right: "write enabled or disabled")
        }
    }
}
