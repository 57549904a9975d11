/// Why a request went to its revision; numbered as `Routing.DecisionReason` is.
package enum AccessReason: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// No revision was chosen.
    case none
    /// The host names a tag.
    case tag
    /// `Knative-Serving-Tag` names a tag.
    case header
    /// A rule of `weir.dev/rules`.
    case rule
    case sticky
    /// Drawn by the counted split.
    case split

    /// As logs say it; `-` for none.
    package var name: StaticString {
        switch self {
        case .none: "-"
        case .tag: "tag"
        case .header: "header"
        case .rule: "rule"
        case .sticky: "sticky"
        case .split: "split"
        }
    }
}
