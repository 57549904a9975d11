extension Compilation {
    /// What became of each object, by kind, namespace and name.
    ///
    /// Made when asked for.
    package var objects: [ObjectReport] {
        var reports: [ObjectReport] = []
        index.forEach { winner, others in
            reports.append(report(on: winner, winner.key))
            for other in others {
                var report = ObjectReport(other, .superseded(by: winner.place.text))
                report.faults = [index.duplicateFault(other, winner)]
                reports.append(report)
            }
        }
        for state in files.values {
            for refused in state.refused where refused.key.map(state.keeps) != true {
                reports.append(ObjectReport(refused))
            }
        }
        return reports.sorted { left, right in
            (left.kind, left.group, left.namespace, left.name, left.place)
                < (right.kind, right.group, right.namespace, right.name, right.place)
        }
    }

    private func report(on object: ManifestObject, _ key: ObjectKey) -> ObjectReport {
        var report = ObjectReport(object, .loaded)
        if let program = program(of: key) {
            if program.object === object {
                report.status = program.status
                report.faults = program.faults
                if let fault = Self.untrustedFault(program, table, options) {
                    report.faults.append(fault)
                }
                report.hosts = program.hosts
                report.url = program.url
                let traffic = program.traffic
                report.targets = program.targets.map { target in
                    withAddresses(
                        TargetReport(
                            target, in: traffic, namespace: program.key.namespace, platform))
                }
            } else {
                report.status = .superseded(by: program.title)
            }
        }
        let state = files[object.place.file]
        var wrong = state?.refused.filter { $0.key == key }.flatMap(\.faults) ?? []
        if wrong.isEmpty, let state, state.kept.contains(key) {
            // A document of which nobody knows what it is may be this one.
            wrong = state.refused.first { $0.key == nil }?.faults ?? []
        }
        let isStale = !wrong.isEmpty || state?.textFault != nil
        if isStale {
            report.faults += (state?.textFault.map { [$0] } ?? []) + wrong
            if report.status == .loaded || report.status == .served {
                report.status = .lastGoodKept
            }
        }
        return report
    }

    /// Routes and Services share one, Ingresses have their own.
    private func program(of key: ObjectKey) -> Program? {
        switch key.kind {
        case .route, .service: programs.byKey[ObjectKey(.route, key.namespace, key.name)]
        case .ingress, .domainMapping: programs.byKey[key]
        default: nil
        }
    }

    private func withAddresses(_ target: TargetReport) -> TargetReport {
        var target = target
        target.addressCount = table.addressCount(of: target.destinations)
        target.addressReason = table.reason(for: target.destinations)
        return target
    }
}

extension ObjectReport {
    /// For sorting.
    fileprivate var place: Place { Place(file: file, line: line) }

    fileprivate struct Place: Comparable {
        var file: String
        var line: Int

        static func < (left: Place, right: Place) -> Bool {
            (left.file, left.line) < (right.file, right.line)
        }
    }

    fileprivate init(_ object: ManifestObject, _ status: ObjectStatus) {
        self.init(
            kind: object.key.kind.name, group: object.key.kind.group,
            namespace: object.key.namespace, name: object.key.name,
            file: object.place.file, line: object.place.line, status: status, faults: [],
            hosts: [], url: "", targets: [])
    }

    fileprivate init(_ refused: FileReading.Refused) {
        self.init(
            kind: refused.kind, group: refused.key?.kind.group ?? "",
            namespace: refused.namespace, name: refused.name,
            file: refused.faults.first?.file ?? "", line: refused.line, status: .refused,
            faults: refused.faults, hosts: [], url: "", targets: [])
    }
}
