/// Orders Revisions, the older first: time, then generation, then name.
///
/// One without a time counts as made just now.
struct RevisionAge: Hashable, Comparable, Sendable {
    private let created: Int64
    private let generation: Int
    private let name: NaturalName

    init(_ object: ManifestObject) {
        created = object.meta.created ?? .max
        generation = object.meta.labels[KnownName.generationLabel].flatMap { Int($0) } ?? 0
        name = NaturalName(object.key.name)
    }

    static func < (left: RevisionAge, right: RevisionAge) -> Bool {
        (left.created, left.generation, left.name) < (right.created, right.generation, right.name)
    }
}
