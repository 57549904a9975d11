import ControlPlane

/// Settings of hostile text: every refusal is a sentence, no secret is repeated, and the same text
/// says the same twice.
///
/// The input is the file, then after a line `===` lines of `NAME=value`: variables, or flags where
/// the name is that of a setting.
enum SettingsSubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        let text = String(decoding: bytes, as: UTF8.self)
        var environment: [String: String] = [:]
        var flags: [String: [String]] = [:]
        var file = text
        if let mark = text.firstRange(of: "\n===\n") {
            file = String(text[..<mark.lowerBound])
            for line in text[mark.upperBound...].split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                let (name, value) = (String(parts[0]), String(parts[1]))
                if name.hasPrefix("WEIR_") {
                    environment[name] = value
                } else {
                    flags[name, default: []].append(value)
                }
            }
        }
        let input = SettingsInput(
            file: ("weir.yaml", file), environment: environment, flags: flags)
        let told = try told(input)
        try demand(told, equals: try self.told(input), "the second time")
    }

    private static func told(_ input: SettingsInput) throws(Finding) -> [String] {
        let settings: Settings
        let notices: [SettingFault]
        do throws(SettingFaults) {
            (settings, notices) = try input.resolve()
        } catch {
            try check(error.faults, input)
            return error.faults.map(\.description)
        }
        try demand(settings.drainTime >= settings.drainDelay, "drain times")
        try demand(settings.admin.allSatisfy(\.isLoopback), "admin listens to others")
        try demand((settings.workers ?? 1) >= 1, "no workers")
        return notices.map(\.description) + ["\(settings)"]
    }

    private static func check(_ faults: [SettingFault], _ input: SettingsInput) throws(Finding) {
        try demand(!faults.isEmpty, "refused without a reason")
        let secrets = SettingKey.all.filter(\.isSecret).map(\.variable)
        for fault in faults {
            try demand(!fault.wrong.isEmpty && !fault.right.isEmpty, "\(fault)")
            if secrets.contains(fault.place), let secret = input.environment[fault.place] {
                try demand(
                    secret.utf8.count < 8 || !fault.description.contains(secret), "\(fault)")
            }
        }
    }
}
