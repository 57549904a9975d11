/// Where the numbers that belong to no series lie in a sheet.
enum SheetWord {
    static let version = 0
    static let probes = 1
    /// How many histograms the sheet has given out.
    static let histograms = 2
    private static let handshakes = 3
    static let rejected = handshakes + 4
    static let glitches = rejected + TallyLimits.reasonsMax
    private static let connections = glitches + TallyLimits.glitchesMax
    static let ruleFailures = connections + TallyLimits.listenersMax
    static let count = ruleFailures + TallyLimits.ruleReasonsMax

    static func handshakes(_ version: TLSVersion, _ isResumed: Bool) -> Int {
        handshakes + 2 * Int(version.rawValue) + (isResumed ? 1 : 0)
    }

    static func connections(_ listener: Int) -> Int {
        precondition(listener >= 0)
        return connections + min(listener, TallyLimits.listenersMax - 1)
    }
}
