internal import Routing
internal import TLS

/// What is surely not meant in one Route, Ingress or DomainMapping, seen beside all others.
struct ProgramLint {
    private let program: Program
    private let programs: ProgramTable
    private let table: DestinationTable
    private let index: ObjectIndex
    /// Names that some certificate serves; nil where the default one serves all.
    private let covered: Set<String>?

    static func lints(
        _ program: Program, _ compilation: Compilation, covered: Set<String>?
    ) -> [ObjectFault] {
        let lint = ProgramLint(
            program: program, programs: compilation.programs, table: compilation.table,
            index: compilation.index, covered: covered)
        return lint.sharesWithoutDestinations + lint.plainShares + lint.shadowedRoutes
            + lint.idleChoices + lint.foreignCertificates + lint.uncoveredClients
    }

    private var choices: GatewayChoices { program.object.choices ?? GatewayChoices() }

    private var paths: [PathSource] { (program.source?.rules ?? []).flatMap(\.paths) }

    private var traffic: [TrafficTarget] { program.traffic }

    /// Every destination set that is asked, with the share that asks it first.
    private var askedSets: [(share: SplitSource, source: DestinationSource)] {
        var seen: Set<DestinationKey> = []
        let splits =
            paths.flatMap(\.splits).filter { $0.share > 0 }
            + paths.flatMap(\.trafficRules).flatMap(\.splits)
        return splits.compactMap { split in
            guard !split.destinations.port.isEmpty, seen.insert(split.destinations).inserted,
                let source = table.source(of: split.destinations), !source.isInnerHop
            else { return nil }
            return (split, source)
        }
    }

    /// Shares that answer 503; targets that do not resolve have their notices already.
    private var sharesWithoutDestinations: [ObjectFault] {
        askedSets.compactMap { split, source in
            // What nobody vouches for is a fault, not a guess.
            guard source.addresses.isEmpty, table.name(of: source.key) == nil,
                !table.untrusted.contains(source.key)
            else { return nil }
            let target = traffic.first { $0.revisionName == split.revision }
            return program.object.fault(
                line: target?.line, field: traffic.isEmpty ? "spec.rules" : "spec.traffic",
                wrong: "\(split.revision) has no destination: "
                    + table.reason(for: split.destinations),
                right: "its share answers 503 until it has")
        }
    }

    /// Shares that ask an https port in plain text; what an annotation says so is meant.
    private var plainShares: [ObjectFault] {
        askedSets.compactMap { split, source in
            guard source.tls == nil, !source.addresses.isEmpty,
                ["443", "https"].contains(source.key.port), !isAnnotated(source.key)
            else { return nil }
            let target = traffic.first { $0.revisionName == split.revision }
            return program.object.fault(
                line: target?.line, field: traffic.isEmpty ? "spec.rules" : "spec.traffic",
                wrong: "\(split.revision) is asked in plain text at its port for TLS",
                right: source.key.isRewritten
                    ? "a path with rewriteHost is never asked over TLS: name another port"
                    : "load config-network with system-internal-tls: enabled")
        }
    }

    private func isAnnotated(_ key: DestinationKey) -> Bool {
        let object = index.object(ObjectKey(.revision, key.namespace, key.service))
        guard case .revision(let revision)? = object?.content else { return false }
        return revision.addresses != nil
    }

    /// Tags whose hosts are those of another Route.
    private var shadowedRoutes: [ObjectFault] {
        guard program.key.kind == .route else { return [] }
        return program.placeholders.sorted().compactMap { label in
            guard label != program.key.name,
                let other = programs.byKey[
                    ObjectKey(.route, program.key.namespace, label)]
            else { return nil }
            let target = traffic.first { !$0.tag.isEmpty && label.contains($0.tag) }
            return program.object.fault(
                line: target?.line, field: "spec.traffic",
                wrong: "a tag's hosts are those of \(other.title)",
                right: "name the tag or the Route otherwise")
        }
    }

    /// Annotations that change nothing.
    private var idleChoices: [ObjectFault] {
        var found: [ObjectFault] = []
        let hasSplit = paths.contains { $0.splits.count { $0.share > 0 } > 1 }
        if choices.sticky != nil, !hasSplit, (program.output.rollout?.duration ?? 0) == 0 {
            found.append(
                program.object.fault(
                    field: "metadata.annotations.\(KnownName.sticky)",
                    wrong: "keeps nobody: no split has two shares",
                    right: "leave it out until there is a second revision"))
        }
        if choices.tagAccess != nil, paths.allSatisfy(\.tag.isEmpty) {
            found.append(
                program.object.fault(
                    field: "metadata.annotations.\(KnownName.tagAccess)",
                    wrong: "protects nothing: there are no tags", right: "leave it out"))
        }
        return found
    }

    /// Certificates that an object names for hosts which they do not cover.
    private var foreignCertificates: [ObjectFault] {
        program.tls.flatMap { tls -> [ObjectFault] in
            let key = ObjectKey(.secret, tls.secretNamespace, tls.secretName)
            guard let certificate = index.certificate(key) else { return [] }
            return tls.hosts.filter { host in
                !certificate.names.contains { DNSName.covers($0, host) }
            }.map { host in
                program.object.fault(
                    line: tls.line, field: "spec.tls",
                    wrong: "the certificate of Secret \"\(key.namespace)/\(key.name)\" does not "
                        + "cover \(host)",
                    right: "name one that does")
            }
        }
    }

    /// Hosts that demand a client certificate, but nobody can speak TLS to them.
    private var uncoveredClients: [ObjectFault] {
        guard program.output.authority != nil, let covered else { return [] }
        let hosts = (program.source?.rules ?? []).filter(\.isExternal).flatMap(\.hosts)
        return hosts.filter { host in
            !covered.contains(host)
                && DNSName.wildcard(for: host).map(covered.contains) != true
        }.map { host in
            program.object.fault(
                line: choices.client?.line,
                field: "metadata.annotations.\(KnownName.clientCA)",
                wrong: "no certificate covers \(host), so no client can show its own",
                right: "load one that does")
        }
    }
}
