/// Why a pattern's search ended without an answer; it counts as no match.
package enum RegexFailure: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// The search took more steps than the limit allows.
    case matchLimit
    /// The interpreter went too deep.
    case depthLimit
    /// The interpreter's memory ran out.
    case heapLimit
    /// The compiled code's stack ran out.
    case stackLimit
    /// The text is longer than `RegexPattern.subjectBytesMax`.
    case subjectTooLong
    /// Anything else that the library complains about.
    case other

    /// The name, for metrics and logs.
    package var name: StaticString {
        switch self {
        case .matchLimit: "match_limit"
        case .depthLimit: "depth_limit"
        case .heapLimit: "heap_limit"
        case .stackLimit: "stack_limit"
        case .subjectTooLong: "subject_too_long"
        case .other: "other"
        }
    }
}
