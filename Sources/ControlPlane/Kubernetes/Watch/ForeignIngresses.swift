/// Counts the Ingresses that are somebody else's, by class.
struct ForeignIngresses: Sendable {
    /// LIMIT: classes that are told apart.
    private static let classesMax = 16
    /// Those beyond.
    private static let others = "(others)"

    private var classes: [String] = []
    private var numbers: [NamespacedPair: Int] = [:]
    private(set) var counts: [String: Int] = [:]

    /// Takes one; no class for one without.
    mutating func put(_ pair: NamespacedPair, class name: String) {
        remove(pair)
        let number = number(of: name)
        numbers[pair] = number
        counts[classes[number], default: 0] += 1
    }

    /// Forgets one, if it was there.
    mutating func remove(_ pair: NamespacedPair) {
        guard let number = numbers.removeValue(forKey: pair) else { return }
        let name = classes[number]
        counts[name, default: 0] -= 1
        if counts[name] == 0 { counts[name] = nil }
    }

    /// Forgets those that are not among these.
    mutating func keep(_ pairs: Set<NamespacedPair>) {
        for pair in numbers.keys where !pairs.contains(pair) { remove(pair) }
    }

    private mutating func number(of name: String) -> Int {
        // A class is an annotation: anybody may write a long one, or one that breaks a line.
        let shown = String(APIFault.oneLine(name).prefix(253))
        if let known = classes.firstIndex(of: shown) { return known }
        if classes.count < Self.classesMax {
            classes.append(shown)
            return classes.count - 1
        }
        let named = classes.indices.prefix(Self.classesMax)
        if let free = named.first(where: { counts[classes[$0]] == nil }) {
            classes[free] = shown
            return free
        }
        // Always the place after the named ones.
        if classes.count == Self.classesMax { classes.append(Self.others) }
        return Self.classesMax
    }
}
