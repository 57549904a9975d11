/// What a path has besides prefix, conditions and split; most have nothing.
struct PathFlags: OptionSet {
    let rawValue: UInt32

    /// Plain requests on an external listener are redirected.
    static let redirects = PathFlags(rawValue: 1)
    static let hasAccessList = PathFlags(rawValue: 2)
    static let hasRules = PathFlags(rawValue: 4)
    static let isSticky = PathFlags(rawValue: 8)
}
