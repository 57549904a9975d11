/// Which sources are current, and what is wrong with the others; says each trouble once.
///
/// A value without a clock: time is an argument.
struct ClusterHealth: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State: Sendable {
        var hasListed = false
        var fault: APIFault?
        /// When it was last known to be current.
        var currentAt: Instant
    }

    /// What is one trouble, however many sources have it.
    private enum Trouble: Hashable {
        /// The server's as a whole.
        case server
        case scope(String, String)
    }

    /// Whether Endpoints that are asked for belong to all there is.
    let waitsForEndpoints: Bool
    private var states: [ClusterSource: State] = [:]
    /// What was said and still holds, since when.
    private var said: [Trouble: Instant] = [:]

    init(waitsForEndpoints: Bool = false) { self.waitsForEndpoints = waitsForEndpoints }

    /// Counts a source from now on.
    mutating func add(_ source: ClusterSource, now: Instant) {
        if states[source] == nil { states[source] = State(currentAt: now) }
    }

    /// Forgets a source; gives what is to be said.
    mutating func drop(_ source: ClusterSource, now: Instant) -> [ClusterNotice] {
        states[source] = nil
        return say(now: now)
    }

    /// Takes an event; gives what is to be said.
    mutating func take(
        _ event: ClusterEvent, from source: ClusterSource, now: Instant
    ) -> [ClusterNotice] {
        guard var state = states[source] else { return [] }
        switch event {
        case .listed:
            if state.hasListed { return [] }
            state.hasListed = true
        case .changed, .gone, .reached: return []
        case .failing(let fault):
            if state.fault == nil, state.hasListed { state.currentAt = now }
            state.fault = fault
        case .recovered:
            state.fault = nil
        }
        states[source] = state
        return say(now: now)
    }

    // MARK: How it is

    /// Whether every source told all there is, or cannot and need not.
    var isSynced: Bool {
        states.allSatisfy { source, state in
            switch source {
            case .always, .secret, .polledSecret:
                state.hasListed || (source.isDispensable && Self.isRefused(state.fault))
            case .polledEndpoints: !waitsForEndpoints || state.hasListed || state.fault != nil
            }
        }
    }

    /// How long ago every source was known to be current; nothing when all are now.
    func staleness(now: Instant) -> Duration {
        var oldest = now
        for (source, state) in states {
            if case .polledEndpoints = source { continue }
            if source.isDispensable, Self.isRefused(state.fault) { continue }
            if !state.hasListed || state.fault != nil { oldest = min(oldest, state.currentAt) }
        }
        return now - oldest
    }

    /// What is wrong now, a line each.
    var problems: [String] { troubles.values.sorted() }

    /// Whether a source told all there is, or says why not.
    func hasAnswered(_ source: ClusterSource) -> Bool {
        states[source].map { $0.hasListed || Self.isRefused($0.fault) } ?? false
    }

    // MARK: Troubles

    /// Whether the server answers, and says no.
    private static func isRefused(_ fault: APIFault?) -> Bool {
        switch fault {
        case .forbidden, .notFound, .invalid: true
        default: false
        }
    }

    private var troubles: [Trouble: String] {
        var found: [Trouble: String] = [:]
        for (source, state) in states {
            guard let fault = state.fault else { continue }
            let (trouble, text) = Self.describe(source, fault)
            // Of several texts the first one in order, so that it does not change by chance.
            found[trouble] = min(found[trouble] ?? text, text)
        }
        return found
    }

    private static func describe(
        _ source: ClusterSource, _ fault: APIFault
    ) -> (Trouble, String) {
        let scope = source.scope
        let place = scope.resource.name + (scope.namespace.map { " in \($0)" } ?? "")
        switch fault {
        case .forbidden:
            return (
                .scope(place, "403"),
                "\(scope.text): \(fault.text); the rights to get, list and watch them are missing"
            )
        case .notFound where scope.resource == .ingresses:
            return (
                .scope(place, "404"),
                "\(scope.text): \(fault.text); Knative's CustomResourceDefinition is missing"
            )
        case .notFound: return (.scope(place, "404"), "\(scope.text): \(fault.text)")
        case .invalid, .conflict, .alreadyExists, .expired:
            return (.scope(place, "invalid"), "\(scope.text): \(fault.text)")
        case .busy:
            return (.scope(scope.resource.name, "busy"), "\(scope.resource.name): \(fault.text)")
        case .unreachable, .unauthorized, .failed:
            return (.server, "the cluster cannot be followed, what is known stays: \(fault.text)")
        }
    }

    private mutating func say(now: Instant) -> [ClusterNotice] {
        let troubles = troubles
        var notices: [ClusterNotice] = []
        for (trouble, since) in said where troubles[trouble] == nil {
            said[trouble] = nil
            let seconds = (now - since).components.seconds
            switch trouble {
            case .server:
                notices.append(.recovered("the cluster is followed again after \(seconds) s"))
            case .scope(let place, _):
                notices.append(.recovered("\(place): followed again after \(seconds) s"))
            }
        }
        for (trouble, text) in troubles where said[trouble] == nil {
            said[trouble] = now
            notices.append(.failing(text))
        }
        return notices
    }
}
