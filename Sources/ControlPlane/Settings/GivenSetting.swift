/// The texts that one place gives for one setting.
struct GivenSetting {
    var key: SettingKey
    /// `file:line`, `--flag` or `WEIR_…`.
    var place: String
    /// The flag and the variable say the setting's name themselves; a line of a file does not.
    var isFromFile = false
    var texts: [String]

    init(key: SettingKey, fileAndLine: String, texts: [String]) {
        self.key = key
        self.place = fileAndLine
        self.isFromFile = true
        self.texts = texts
    }

    /// One text that holds, for a list, values with commas between them.
    init(key: SettingKey, place: String, list text: String) {
        self.key = key
        self.place = place
        self.texts =
            key.isList
            ? text.split(separator: ",").map { String($0.trimmingSpaces) }.filter { $0 != "" }
            : [text]
    }

    /// Refuses none, and more than one where one is wanted.
    func check() throws(SettingRefusal) {
        if texts.isEmpty {
            throw SettingRefusal(wrong: "no value is given", right: "one would be right")
        }
        if !key.isList, texts.count > 1 {
            throw SettingRefusal(
                wrong: "\(texts.count) values are given", right: "one would be right")
        }
    }

    func fault(_ refusal: SettingRefusal) -> SettingFault {
        SettingFault(
            place: place, key: isFromFile ? key.name : "", wrong: refusal.wrong,
            right: refusal.right)
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
