/// What a path has besides its prefix and its split; most have nothing.
struct PathFlags: OptionSet {
    let rawValue: UInt32

    /// Plain requests on an external listener are redirected.
    static let redirects = PathFlags(rawValue: 1)
    static let hasAccessList = PathFlags(rawValue: 2)
    static let hasRules = PathFlags(rawValue: 4)
    static let isSticky = PathFlags(rawValue: 8)
    static let hasConditions = PathFlags(rawValue: 16)
    static let hasTag = PathFlags(rawValue: 32)

    /// What makes the choice, where neither a rule nor a key does.
    var reason: DecisionReason {
        if contains(.hasConditions) { return .header }
        return contains(.hasTag) ? .tag : .split
    }
}
