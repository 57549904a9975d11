/// Where a Route's floating targets stand between two revisions, over time (§1.9).
struct Rollout: Hashable, Sendable {
    /// Sorted by tag, then by name.
    var configurations: [ConfigurationRollout] = []
    /// How long one rollout takes, in nanoseconds; 0 switches at once.
    var duration: Int64 = 0
    /// The Route is refused: its last good shares stay, and no step is made.
    var isHeld = false

    /// When the next step is due, in nanoseconds since 1970; nil while none is known.
    var nextStepAt: Int64? {
        if isHeld { return nil }
        return configurations.filter(\.isUnderway).map(\.step.nextStepTime).filter { $0 > 0 }.min()
    }

    /// Some first step waits until it is served: only then its pace is known.
    var isUnobserved: Bool {
        !isHeld && configurations.contains { $0.isUnderway && $0.step.stepDuration == 0 }
    }

    func entry(tag: String, configuration: String) -> ConfigurationRollout? {
        configurations.first { $0.tag == tag && $0.configurationName == configuration }
    }

    /// `self` is the goal, each entry with the one revision that is latest: gives what holds at
    /// `now`, coming from `previous`.
    ///
    /// `usable` are the revisions that are loaded and ready: the shares of others end at once.
    func stepped(from previous: Rollout, at now: Int64, usable: Set<String>) -> Rollout {
        guard duration > 0 else { return self }
        var next = self
        for index in configurations.indices {
            let goal = configurations[index]
            guard
                let old = previous.entry(
                    tag: goal.tag, configuration: goal.configurationName)
            else { continue }
            next.configurations[index] = goal.stepped(from: old, at: now, usable: usable)
        }
        return next
    }

    /// The newest shares have been served since their start: sets the pace of what follows.
    mutating func observe(servedAt now: Int64) {
        for index in configurations.indices {
            configurations[index].observe(servedAt: now, duration: duration)
        }
    }
}
