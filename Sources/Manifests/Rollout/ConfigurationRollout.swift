/// One floating target on its way from revision to revision (§1.9).
struct ConfigurationRollout: Hashable, Sendable {
    var configurationName: String
    /// Empty for the default traffic.
    var tag: String
    /// Of the group's traffic; the revisions' percents sum to it.
    var percent: Int64
    /// The oldest first; the last one is on its way in.
    var revisions: [Share]
    var step = Step()

    struct Share: Hashable, Sendable {
        var revisionName: String
        var percent: Int64
    }

    /// All 0 when nothing moves; the last three until the first share is served.
    struct Step: Hashable, Sendable {
        /// Nanoseconds since 1970, as is the next time.
        var startTime: Int64 = 0
        var nextStepTime: Int64 = 0
        /// Nanoseconds.
        var stepDuration: Int64 = 0
        /// Percent.
        var stepSize: Int64 = 0
    }

    /// LIMIT: revisions of one target that are underway at once.
    static let revisionsMax = 32

    private static let second: Double = 1_000_000_000

    var isUnderway: Bool { revisions.count > 1 }

    /// As Serving judges a state that it did not make: what does not add up is discarded.
    var isConsistent: Bool {
        !revisions.isEmpty && (0...100).contains(percent)
            && revisions.allSatisfy { (0...100).contains($0.percent) && !$0.revisionName.isEmpty }
            && revisions.reduce(0) { $0 + $1.percent } == percent
            && (0...percent).contains(step.stepSize)
            && step.startTime >= 0 && step.nextStepTime >= 0 && step.stepDuration >= 0
    }

    /// `self` is the goal, with one revision.
    func stepped(
        from previous: ConfigurationRollout, at now: Int64, usable: Set<String>
    ) -> ConfigurationRollout {
        guard percent > 1, let newest = revisions.last?.revisionName else { return self }
        var next = self
        next.revisions = previous.revisions.filter {
            $0.percent > 0 && usable.contains($0.revisionName)
        }
        next.step = previous.step
        next.adjust()
        if next.revisions.isEmpty { return self }
        if next.revisions.last?.revisionName != newest {
            next.begin(newest, at: now)
        } else if next.isUnderway, next.step.nextStepTime > 0, now >= next.step.nextStepTime {
            next.move(at: now)
        }
        return next.isUnderway ? next : self
    }

    /// What the percent grew by goes to the newest; what it shrank by, the oldest lose first.
    private mutating func adjust() {
        guard let last = revisions.indices.last else { return }
        var missing = percent - revisions.reduce(0) { $0 + $1.percent }
        if missing > 0 { revisions[last].percent += missing }
        for index in revisions.indices where missing < 0 {
            let taken = min(revisions[index].percent, -missing)
            revisions[index].percent -= taken
            missing += taken
        }
        revisions.removeAll { $0.percent == 0 }
    }

    /// A new revision starts with 1 %, of the newest that has any; one that comes back with what
    /// it still has.
    private mutating func begin(_ newest: String, at now: Int64) {
        var share = Share(revisionName: newest, percent: 0)
        if let index = revisions.firstIndex(where: { $0.revisionName == newest }) {
            share = revisions.remove(at: index)
        } else if let last = revisions.indices.last {
            revisions[last].percent -= 1
            share.percent = 1
            revisions.removeAll { $0.percent == 0 }
        }
        revisions.append(share)
        if revisions.count > Self.revisionsMax { fold() }
        step = Step(startTime: now)
    }

    /// Gives the smallest of the older shares to its neighbour, never to the one on its way in.
    private mutating func fold() {
        let older = revisions.indices.dropLast()
        guard older.count > 1,
            let index = older.min(by: { revisions[$0].percent < revisions[$1].percent })
        else { return }
        let neighbour = index + 1 < older.endIndex ? index + 1 : index - 1
        revisions[neighbour].percent += revisions[index].percent
        revisions.remove(at: index)
    }

    /// One step: the newest of the older ones are drained first.
    private mutating func move(at now: Int64) {
        let last = revisions.count - 1
        var wanted = max(step.stepSize, 1)
        for index in (0..<last).reversed() where wanted > 0 {
            let taken = min(revisions[index].percent, wanted)
            revisions[index].percent -= taken
            revisions[last].percent += taken
            wanted -= taken
        }
        revisions.removeAll { $0.percent == 0 }
        step.nextStepTime = Self.sum(now, step.stepDuration)
    }

    /// The first share took this long to be served, so each step gets at least as long.
    mutating func observe(servedAt now: Int64, duration: Int64) {
        guard isUnderway, step.stepDuration == 0, step.startTime > 0 else { return }
        let elapsed = Double(max(0, now - step.startTime)) / Self.second
        let least = max(1, elapsed.rounded(.up))
        let rest = max(1, Double(duration) / Self.second - least)
        let points = Double(percent - 1)
        let count = min(max(1, rest / least), points)
        step.stepSize = Int64((points / count).rounded())
        step.stepDuration = Int64(min(rest / count * Self.second, 1e18))
        step.nextStepTime = Self.sum(now, step.stepDuration)
    }

    private static func sum(_ time: Int64, _ span: Int64) -> Int64 {
        let (sum, overflow) = time.addingReportingOverflow(span)
        return overflow ? .max : sum
    }
}
