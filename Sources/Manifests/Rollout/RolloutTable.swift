/// Where all Routes stand, also those that have no time for rollouts: they may get some together
/// with a new revision.
struct RolloutTable: Sendable {
    /// Those that follow nothing and have no time stand in their programs only.
    private var states = ShardedTable<ObjectKey, Rollout>()
    /// Routes with a step to make or a first share to time.
    private var moving: Set<ObjectKey> = []
    /// Of a run before, by Route: taken up when the Route is compiled first, kept until then.
    private var restored: [ObjectKey: Rollout] = [:]

    /// What was known last; nil where nothing was.
    subscript(key: ObjectKey) -> Rollout? {
        states[key] ?? (restored.isEmpty ? nil : restored[key])
    }

    /// When the next step of any is due, in nanoseconds since 1970.
    var nextStepAt: Int64? { moving.compactMap { states[$0]?.nextStepAt }.min() }

    /// The state of each Route with time for rollouts, as the annotation has it, by
    /// `namespace/name`.
    var texts: [String: String] {
        var texts: [String: String] = [:]
        for (key, state) in restored { texts["\(key.namespace)/\(key.name)"] = state.json }
        states.forEach { key, state in
            if state.duration > 0 { texts["\(key.namespace)/\(key.name)"] = state.json }
        }
        return texts
    }

    /// Takes what a run before has said; what does not add up counts as not known.
    mutating func restore(_ texts: [String: String]) {
        for (name, text) in texts {
            let parts = name.split(separator: "/").map(String.init)
            guard parts.count == 2 else { continue }
            restored[ObjectKey(.route, parts[0], parts[1])] = Rollout(json: text)
        }
    }

    /// Keeps what a Route's program says; nil where there is no such program.
    mutating func set(_ state: Rollout?, of key: ObjectKey) {
        guard key.kind == .route else { return }
        let isPlain = state.map { $0.configurations.isEmpty && $0.duration == 0 } ?? true
        if !isPlain || !states.isUnused { states[key] = isPlain ? nil : state }
        if state != nil, !restored.isEmpty { restored[key] = nil }
        if let state, state.nextStepAt != nil || state.isUnobserved {
            moving.insert(key)
        } else if !moving.isEmpty {
            moving.remove(key)
        }
    }

    /// Routes with a step to make.
    func due(_ now: Int64) -> Set<ObjectKey> {
        moving.filter { states[$0]?.nextStepAt.map { $0 <= now } ?? false }
    }

    /// Sets the pace of rollouts whose first share is served now; gives their Routes.
    mutating func observe(servedAt now: Int64) -> Set<ObjectKey> {
        let keys = moving.filter { states[$0]?.isUnobserved ?? false }
        for key in keys { states[key]?.observe(servedAt: now) }
        return keys
    }
}
