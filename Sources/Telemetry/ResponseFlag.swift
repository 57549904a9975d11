/// Why an answer is not simply the upstream's: Envoy's response flags, letter for letter.
///
/// Source: Envoy's access log documentation, `%RESPONSE_FLAGS%`.
package enum ResponseFlag: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Nothing went wrong.
    case none
    /// No healthy upstream.
    case UH
    /// Connecting to the upstream failed.
    case UF
    /// A limit on upstream connections or queued requests was met.
    case UO
    /// No route.
    case NR
    /// The route names a destination set that is not there.
    case NC
    /// The upstream took too long.
    case UT
    /// The upstream closed the connection.
    case UC
    /// The upstream reset the exchange.
    case UR
    /// Re-sent as often as is allowed, without an answer.
    case URX
    /// The gateway reset the exchange.
    case LR
    /// The client closed the connection.
    case DC
    /// The exchange took longer than its limit in all.
    case DT
    /// Nothing moved in the exchange for too long.
    case SI
    /// The client broke the protocol.
    case DPE
    /// The upstream broke the protocol.
    case UPE
    /// Refused by a rate limit.
    case RL
    /// Refused by external authorization.
    case UAEX
    /// Shed because the gateway is overloaded.
    case OM
    /// A field with a value that is not allowed.
    case IH

    /// The flag as logs and labels say it; `-` for none.
    package var name: StaticString {
        switch self {
        case .none: "-"
        case .UH: "UH"
        case .UF: "UF"
        case .UO: "UO"
        case .NR: "NR"
        case .NC: "NC"
        case .UT: "UT"
        case .UC: "UC"
        case .UR: "UR"
        case .URX: "URX"
        case .LR: "LR"
        case .DC: "DC"
        case .DT: "DT"
        case .SI: "SI"
        case .DPE: "DPE"
        case .UPE: "UPE"
        case .RL: "RL"
        case .UAEX: "UAEX"
        case .OM: "OM"
        case .IH: "IH"
        }
    }
}
