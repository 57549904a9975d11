/// Who tells of objects.
enum ClusterSource: Hashable, Sendable {
    /// Followed always.
    case always(WatchScope)
    /// A Secret that is watched by its name.
    case secret(NamespacedPair)
    /// A Secret that is asked for now and then.
    case polledSecret(NamespacedPair)
    /// Endpoints that are asked for now and then.
    case polledEndpoints(NamespacedPair)

    /// Whom it tells of, where that is one object.
    var pair: NamespacedPair? {
        switch self {
        case .always: nil
        case .secret(let pair), .polledSecret(let pair), .polledEndpoints(let pair): pair
        }
    }

    /// What it tells of.
    var scope: WatchScope {
        switch self {
        case .always(let scope): scope
        case .secret(let pair), .polledSecret(let pair): WatchScope(.secrets, only: pair)
        case .polledEndpoints(let pair): WatchScope(.endpoints, only: pair)
        }
    }

    /// Whether a gateway can be whole without it, when it may not be read: one Secret must not stop
    /// all the others, and not everybody gives the right to list all Secrets.
    var isDispensable: Bool {
        switch self {
        case .always(let scope): scope.resource == .secrets
        case .secret, .polledSecret, .polledEndpoints: true
        }
    }

    /// Whether it is a Secret that is followed by its name.
    var isNamedSecret: Bool {
        switch self {
        case .secret, .polledSecret: true
        case .always, .polledEndpoints: false
        }
    }
}
