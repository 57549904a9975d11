package import Routing

extension Decision {
    /// The decision as the reference tells it.
    package var outcome: ReferenceMatcher.Outcome {
        let edits = (0..<edits.count).map {
            (self.edits[$0].name.string.lowercased(), self.edits[$0].value.string)
        }
        return ReferenceMatcher.Outcome(
            kind: kind, route: hasRoute ? "\(namespace.string)/\(routeName.string)" : "",
            revision: revision.string, tag: tag.string, reason: reason, rule: rule,
            bucket: bucket,
            ports: (0..<destinationSet.count).map { destinationSet[$0].port },
            edits: Dictionary(uniqueKeysWithValues: edits))
    }
}

extension ReferenceMatcher.Outcome {
    /// Whether a decision may be this outcome.
    ///
    /// A key that was issued just now is not foreseeable, nor where it stands. What is not sent
    /// anywhere need not tell what it would have set.
    package func allows(_ decided: Self) -> Bool {
        var (wanted, decided) = (self, decided)
        if wanted.reason == .split && decided.reason == .sticky { wanted.reason = .sticky }
        if wanted.bucket == .max { decided.bucket = .max }
        if wanted.revision.isEmpty { wanted.edits = decided.edits }
        return wanted == decided
    }
}
