/// One entry of a Route's or Service's traffic list (§1.1).
struct TrafficTarget: Hashable, Sendable {
    /// Empty for none, as are the two names.
    var tag = ""
    var revisionName = ""
    var configurationName = ""
    var percent: Int64?
    var latestRevision: Bool?
    private let lineNumber: UInt32

    /// Where the entry stands, for messages.
    var line: Int { Int(lineNumber) }

    static let fields = [
        "tag", "revisionName", "configurationName", "latestRevision", "percent", "url",
    ]

    init(configurationName: String = "", latestRevision: Bool?, percent: Int64?, line: Int) {
        self.configurationName = configurationName
        self.latestRevision = latestRevision
        self.percent = percent
        lineNumber = UInt32(line)
    }

    init(_ cursor: Cursor, _ flaws: inout Flaws) {
        tag = cursor["tag"].text(&flaws)
        revisionName = cursor["revisionName"].text(&flaws)
        configurationName = cursor["configurationName"].text(&flaws)
        latestRevision = cursor["latestRevision"].flag(&flaws)
        percent = cursor["percent"].integer(&flaws)
        _ = cursor["url"].text(&flaws)
        lineNumber = UInt32(cursor.line)
        cursor.warnOfFields(notIn: Self.fields, &flaws)
    }

    /// §1.2: an absent latestRevision follows from the revision's name, an absent percent is 0.
    mutating func setDefaults() {
        if latestRevision == nil { latestRevision = revisionName.isEmpty }
        if percent == nil { percent = 0 }
    }
}
