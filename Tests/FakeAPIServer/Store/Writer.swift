/// Who writes, and how.
struct Writer: Sendable {
    /// The field manager: the parameter, or the first word of the User-Agent.
    var manager: String
    /// The subresource that is written.
    var subresource = ""
    /// Whether nothing is to be kept.
    var isDryRun = false
    /// Whether unknown fields are refused instead of dropped.
    var isStrict = false
}

/// What a write did.
struct Written: Sendable {
    var object: StoredObject
    /// Whether the object was made.
    var isNew = false
    /// Whether the object is gone.
    var isGone = false
    /// Fields that were dropped.
    var unknown: [String] = []
}
