/// What made the choice of a revision, of the innermost hop where there are several.
///
/// The raw values stand in access records.
package enum DecisionReason: UInt8, BitwiseCopyable, Sendable {
    /// Nothing was chosen.
    case none
    /// The path of a tag, asked for by its host.
    case tag
    /// A path with conditions, `Knative-Serving-Tag` among them.
    case header
    /// A rule of `weir.dev/rules`.
    case rule
    /// The client's key.
    case sticky
    /// The draw; also where a sticky path finds no key.
    case split

    /// The name, for records and explanations.
    package var name: StaticString {
        switch self {
        case .none: "none"
        case .tag: "tag"
        case .header: "header"
        case .rule: "rule"
        case .sticky: "sticky"
        case .split: "split"
        }
    }
}
