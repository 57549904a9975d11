/// A rollout's state for compiling, with what its revisions speak.
struct RolloutShares {
    var state = Rollout()
    /// By revision, of those that are underway.
    var isH2C: [String: Bool] = [:]

    /// What a store knows of a Route's rollout, and what time it is.
    struct Input {
        /// Nil where nothing was ever known.
        var previous: Rollout?
        /// Nanoseconds since 1970; nil switches at once.
        var now: Int64?
    }

    init() {}

    init(
        _ groups: TrafficGroups, _ meta: ObjectMeta, _ input: Input, _ lookup: inout Lookup
    ) {
        state = Rollout(configurations: Self.goals(groups))
        lookup.dependsOnPlatform()
        guard let now = input.now else { return }
        state.duration = Self.duration(meta, lookup.platform)
        guard state.duration > 0, let previous = input.previous else { return }
        for name in Set(previous.configurations.flatMap { $0.revisions.map(\.revisionName) }) {
            if case .revision(let content)? =
                lookup.object(.revision, meta.namespace, name)?.content,
                content.readiness == .ready
            {
                isH2C[name] = content.isH2C
            }
        }
        for entry in state.configurations {
            for share in entry.revisions where isH2C[share.revisionName] == nil {
                isH2C[share.revisionName] = groups.isH2C(share.revisionName)
            }
        }
        state = state.stepped(from: previous, at: now, usable: Set(isH2C.keys))
    }

    /// Each floating target at its latest revision; those without any have no goal.
    private static func goals(_ groups: TrafficGroups) -> [ConfigurationRollout] {
        groups.groups.flatMap { tag, members in
            members.compactMap { member in
                guard let name = member.floating, !member.resolved.revision.isEmpty else {
                    return nil
                }
                return ConfigurationRollout(
                    configurationName: name, tag: tag, percent: member.percent,
                    revisions: [
                        ConfigurationRollout.Share(
                            revisionName: member.resolved.revision, percent: member.percent)
                    ])
            }
        }.sorted { ($0.tag, $0.configurationName) < ($1.tag, $1.configurationName) }
    }

    /// The annotation, which has been checked, else config-network's seconds (§1.9).
    private static func duration(_ meta: ObjectMeta, _ platform: Platform) -> Int64 {
        let text =
            meta.annotations[KnownName.rolloutDuration]
            ?? meta.annotations[KnownName.rolloutDurationAlias]
        return text.map { GoDuration.nanoseconds($0) ?? 0 } ?? platform.network.rolloutDuration
    }
}

extension TrafficGroups {
    /// What a revision speaks that some target names.
    fileprivate func isH2C(_ revision: String) -> Bool {
        groups.flatMap(\.members).first { $0.resolved.revision == revision }?.resolved.isH2C
            ?? false
    }
}
