internal import Manifests

/// All that was said about the settings, before it is checked: flag over environment over file.
///
/// The environment is a value, so that this is tested without a process.
package struct SettingsInput: Sendable {
    /// The settings file's name and text, where there is one.
    package var file: (name: String, text: String)?
    package var environment: [String: String]
    /// Texts by the setting's name; a list may be given at once with commas, or one by one.
    package var flags: [String: [String]]

    package init(
        file: (name: String, text: String)? = nil, environment: [String: String] = [:],
        flags: [String: [String]] = [:]
    ) {
        self.file = file
        self.environment = environment
        self.flags = flags
    }

    /// The same with the file at this path, which must be there.
    package init(
        file path: String?, environment: [String: String], flags: [String: [String]]
    ) throws(GatewayFault) {
        self.init(environment: environment, flags: flags)
        guard let path else { return }
        do throws(SmallFile.Refusal) {
            file = (path, try SmallFile.text(path, sizeMax: SettingsFile.sizeMax))
        } catch {
            throw GatewayFault("\(path): \(error.text)")
        }
    }

    /// The settings with what should be said about them, or everything that is wrong.
    ///
    /// What a flag overrides is checked all the same: a file that is wrong stays wrong.
    package func resolve() throws(SettingFaults) -> (settings: Settings, notices: [SettingFault]) {
        var faults: [SettingFault] = []
        var notices: [SettingFault] = []
        var settings = Settings()
        var given: [GivenSetting] = []
        if let file { given += SettingsFile.read(file.name, file.text, faults: &faults) }
        given += fromEnvironment(notices: &notices)
        given += fromFlags(faults: &faults)
        for setting in given {
            do throws(SettingRefusal) {
                try setting.check()
                try setting.key.store(&settings, setting.texts)
            } catch {
                faults.append(setting.fault(error))
            }
        }
        if faults.isEmpty, settings.drainTime < settings.drainDelay {
            let last = given.last { $0.key.name.hasPrefix("drain-") }
            faults.append(
                SettingFault(
                    place: last?.place ?? "settings", key: "drain-time",
                    wrong: "shorter than drain-delay (\(settings.drainDelay))",
                    right: "a longer drain-time would be right"))
        }
        if faults.isEmpty, settings.proxyProtocol == .trusted, settings.trustedNetworks.isEmpty {
            let last = given.last { $0.key.name == "proxy-protocol" }
            faults.append(
                SettingFault(
                    place: last?.place ?? "settings", key: "proxy-protocol",
                    wrong: "trusted, but no network is", right: "trusted-cidrs would be right"))
        }
        guard faults.isEmpty else { throw SettingFaults(faults: faults) }
        return (settings, notices)
    }

    private func fromEnvironment(notices: inout [SettingFault]) -> [GivenSetting] {
        var given: [GivenSetting] = []
        for key in SettingKey.all {
            guard let text = environment[key.variable], !text.isEmpty else { continue }
            given.append(GivenSetting(key: key, place: key.variable, list: text))
        }
        // Kubernetes puts WEIR_SERVICE_HOST and the like into the environment of every pod
        // beside a Service named weir, so an unknown variable is no error; a near miss is said.
        let known = SettingKey.all.map(\.variable)
        for name in environment.keys.sorted()
        where name.hasPrefix("WEIR_") && !known.contains(name) {
            guard let nearest = NearestName.of(name, among: known, within: 2) else { continue }
            notices.append(
                SettingFault(
                    place: name, key: "", wrong: "no such setting, ignored",
                    right: "did you mean \(nearest)?"))
        }
        return given
    }

    private func fromFlags(faults: inout [SettingFault]) -> [GivenSetting] {
        var given: [GivenSetting] = []
        for key in SettingKey.all {
            guard let texts = flags[key.name], !texts.isEmpty, !key.isSecret else { continue }
            given.append(
                GivenSetting(
                    key: key, place: "--" + key.flag, list: texts.joined(separator: ",")))
        }
        for name in flags.keys.sorted() where SettingKey.named(name)?.isSecret ?? true {
            faults.append(SettingsFile.unknown(name, place: "--" + name))
        }
        return given
    }
}
