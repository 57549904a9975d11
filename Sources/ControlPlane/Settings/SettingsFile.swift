internal import Manifests
internal import Yams

/// Reads the settings file into given settings, each with its line.
enum SettingsFile {
    /// LIMIT: bytes of a settings file.
    static let sizeMax = 1 << 20

    static func read(
        _ name: String, _ text: String, faults: inout [SettingFault]
    ) -> [GivenSetting] {
        guard text.utf8.count <= sizeMax else {
            faults.append(
                SettingFault(
                    place: name, key: "", wrong: "\(text.utf8.count) bytes are too many",
                    right: "up to \(sizeMax) would be right"))
            return []
        }
        do {
            guard let root = try Yams.compose(yaml: text) else { return [] }
            var reader = Reader(file: name)
            reader.take(root, section: "")
            faults += reader.faults
            return reader.given
        } catch {
            faults.append(fault(of: error, in: name))
            return []
        }
    }

    /// A fault for a name that is no setting, with what was probably meant.
    static func unknown(_ name: String, place: String) -> SettingFault {
        let names = SettingKey.all.map(\.name)
        // `listen.admin`, or `admin` outside of its section: the last part decides then.
        let last = name.split(separator: ".").last.map(String.init) ?? name
        let nearest =
            NearestName.of(name, among: names)
            ?? names.first { $0.split(separator: ".").last.map(String.init) == last }
        return SettingFault(
            place: place, key: name, wrong: "no such setting",
            right: nearest.map { "did you mean \($0)?" }
                ?? "weir serve --help lists all of them")
    }

    private static func fault(of error: any Error, in file: String) -> SettingFault {
        guard let error = error as? YamlError else {
            return SettingFault(
                place: file, key: "", wrong: "\(error)", right: "YAML would be right")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return SettingFault(
                place: "\(file):\(mark.line)", key: "", wrong: problem,
                right: "YAML would be right")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.sorted()
            return SettingFault(
                place: "\(file):\(context.mark.line)", key: names.joined(separator: ", "),
                wrong: "given twice", right: "once would be right")
        case .reader(let problem, _, _, _):
            // The error's own text shows the line, and a token may stand there.
            return SettingFault(
                place: file, key: "", wrong: problem, right: "YAML in UTF-8 would be right")
        default:
            return SettingFault(
                place: file, key: "", wrong: "not readable as YAML",
                right: "YAML in UTF-8 would be right")
        }
    }
}

extension SettingsFile {
    /// Walks the mapping and its sections.
    private struct Reader {
        let file: String
        var given: [GivenSetting] = []
        var faults: [SettingFault] = []

        init(file: String) { self.file = file }

        mutating func take(_ node: Node, section: String) {
            guard let mapping = node.mapping else {
                if node.isNothing { return }
                report(
                    node, section, wrong: "a mapping is wanted here",
                    right: "lines like workers: 2 would be right")
                return
            }
            for (key, value) in mapping {
                let name = section + (key.scalar?.string ?? "?")
                if let known = SettingKey.named(name) {
                    take(value, for: known)
                } else if SettingKey.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
                    take(value, section: name + ".")
                } else {
                    faults.append(SettingsFile.unknown(name, place: place(of: key)))
                }
            }
        }

        private mutating func take(_ node: Node, for key: SettingKey) {
            if node.isNothing { return }
            let nodes = node.sequence.map(Array.init) ?? [node]
            let texts = nodes.compactMap(\.scalar?.string)
            guard texts.count == nodes.count, key.isList || node.sequence == nil else {
                report(
                    node, key.name, wrong: "not readable as a value",
                    right: key.isList
                        ? "a value or a list of values would be right"
                        : "one value would be right")
                return
            }
            let place = place(of: nodes.first ?? node)
            given.append(
                key.isList && node.sequence == nil
                    ? listed(key, place, texts)
                    : GivenSetting(key: key, fileAndLine: place, texts: texts))
        }

        /// One scalar may hold a list with commas, as in a flag.
        private func listed(
            _ key: SettingKey, _ place: String, _ texts: [String]
        ) -> GivenSetting {
            let split = GivenSetting(key: key, place: place, list: texts[0])
            return GivenSetting(key: key, fileAndLine: place, texts: split.texts)
        }

        private mutating func report(_ node: Node, _ key: String, wrong: String, right: String) {
            let name = key.hasSuffix(".") ? String(key.dropLast()) : key
            faults.append(
                SettingFault(place: place(of: node), key: name, wrong: wrong, right: right))
        }

        private func place(of node: Node) -> String {
            node.mark.map { "\(file):\($0.line)" } ?? file
        }
    }
}

extension Node {
    /// A key whose value was left out, or `null`.
    fileprivate var isNothing: Bool {
        guard let scalar, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }
}
