/// What one file gave, with the last good versions of what is wrong in it now.
struct FileState: Sendable {
    /// In force: the good ones, and the last good ones of those that are refused.
    private(set) var objects: [ManifestObject] = []
    /// Of those in force, the last good ones.
    private(set) var kept: Set<ObjectKey> = []
    private(set) var refused: [FileReading.Refused] = []
    private(set) var notices: [ObjectFault] = []
    private(set) var skipped: [String: Int] = [:]
    /// Why the file as a whole was not taken, nil when it was.
    private(set) var textFault: ObjectFault?

    /// What stands wrong in the file.
    var faults: [ObjectFault] {
        (textFault.map { [$0] } ?? []) + refused.flatMap(\.faults)
    }

    func keeps(_ key: ObjectKey) -> Bool { objects.contains { $0.key == key } }

    /// Takes a new text; whatever it spoils stays as it was.
    mutating func read(_ text: String, file: String, _ options: ManifestOptions) {
        let documents: [Result<Tree, Flaw>]
        do {
            documents = try TreeParser.documents(of: text)
        } catch {
            spoil(by: error, file: file)
            return
        }
        if documents.isEmpty, !objects.isEmpty {
            spoil(
                by: Flaw(
                    line: 1, field: "", wrong: "has become empty: its last good objects stay",
                    right: "remove the file to remove them"), file: file)
            return
        }
        let reading = ObjectReader.read(documents, file: file, options: options)
        let lastGood = lastGood(for: reading)
        kept = Set(lastGood.map(\.key))
        objects = reading.objects + lastGood
        refused = reading.refused
        notices = reading.notices
        skipped = reading.skipped
        textFault = nil
    }

    /// Keeps the objects; what was said of the older text holds no more.
    private mutating func spoil(by flaw: Flaw, file: String) {
        textFault = Self.fault(flaw, file: file)
        refused = []
        notices = []
        skipped = [:]
    }

    /// The older versions of refused objects.
    ///
    /// A document that does not even say what it is may be any of those that the file no longer
    /// shows, so they all stay.
    private func lastGood(for reading: FileReading) -> [ManifestObject] {
        if reading.refused.isEmpty { return [] }
        let shown = Set(reading.objects.map(\.key))
        let named = Set(reading.refused.compactMap(\.key))
        let isUnclear = reading.refused.contains { $0.key == nil }
        return objects.filter { object in
            !shown.contains(object.key) && (isUnclear || named.contains(object.key))
        }
    }

    private static func fault(_ flaw: Flaw, file: String) -> ObjectFault {
        ObjectFault(
            file: file, line: flaw.line, kind: "", namespace: "", name: "", field: flaw.field,
            wrong: flaw.wrong, right: flaw.right)
    }
}
