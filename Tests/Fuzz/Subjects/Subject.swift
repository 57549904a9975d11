/// Something that is fed with hostile bytes, and the rules that must hold whatever they are.
///
/// Names are those of the corpora and of the lines in RUNS.md.
enum Subject: String, CaseIterable, Sendable {
    case http1, http2, target, proxy, websocket, tls, routes, manifests, settings, json
    /// Has a planted fault: a fuzzer that does not find it finds nothing.
    case canary

    /// Those that must be clean.
    static let real = allCases.filter { $0 != .canary }

    /// Throws where the input breaks a rule; traps where it breaks the code.
    func check(_ bytes: [UInt8]) throws(Finding) {
        switch self {
        case .http1: try HTTP1Subject.check(bytes)
        case .http2: try HTTP2Subject.check(bytes)
        case .target: try TargetSubject.check(bytes)
        case .proxy: try ProxySubject.check(bytes)
        case .websocket: try WebSocketSubject.check(bytes)
        case .tls: try TLSSubject.check(bytes)
        case .routes: try RoutesSubject.check(bytes)
        case .manifests: try ManifestsSubject.check(bytes)
        case .settings: try SettingsSubject.check(bytes)
        case .json: try JSONSubject.check(bytes)
        case .canary: try CanarySubject.check(bytes)
        }
    }
}
