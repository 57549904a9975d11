/// The rollouts of all Routes that have any time for them.
struct RolloutTable: Sendable {
    private var states: [ObjectKey: Rollout] = [:]
    /// Of a run before, by Route: taken up when the Route is compiled first.
    private var restored: [ObjectKey: Rollout] = [:]

    /// What was known last; nil where nothing was.
    subscript(key: ObjectKey) -> Rollout? { states[key] ?? restored[key] }

    /// When the next step of any is due, in nanoseconds since 1970.
    var nextStepAt: Int64? { states.values.compactMap(\.nextStepAt).min() }

    /// Each Route's state as the annotation has it, by `namespace/name`.
    var texts: [String: String] {
        var texts: [String: String] = [:]
        for (key, state) in states { texts["\(key.namespace)/\(key.name)"] = state.json }
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
        restored[key] = nil
        states[key] = state.flatMap { $0.duration > 0 ? $0 : nil }
    }

    /// Routes with a step to make.
    func due(_ now: Int64) -> Set<ObjectKey> {
        Set(states.filter { $0.value.nextStepAt.map { $0 <= now } ?? false }.keys)
    }

    /// Sets the pace of rollouts whose first share is served now; gives their Routes.
    mutating func observe(servedAt now: Int64) -> [ObjectKey] {
        let keys = states.filter { $0.value.isUnobserved }.map(\.key)
        for key in keys { states[key]?.observe(servedAt: now) }
        return keys
    }
}
