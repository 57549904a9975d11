internal import Logging
internal import Reactor

/// Tells the other replicas what this one serves, by a Lease of its own.
///
/// It is there from the first full snapshot on, renewed every 2 s, and written at most every
/// 100 ms when something that an Ingress waits for has come.
struct ReplicaLease: Sendable {
    private static let seconds = 8
    private static let renewAfter: Duration = .seconds(2)
    private static let retryAfter: Duration = .milliseconds(250)
    private static let pause: Duration = .milliseconds(100)

    let client: APIClient
    let identity: ReplicaIdentity
    let board: ServedBoard
    /// Whether this replica is ready: only those count.
    let isCounted: @Sendable () -> Bool
    let book: StatusBook
    let logger: Logger

    /// Renews until cancelled, then takes the Lease away.
    func run() async {
        let (pokes, poke) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let clock = ContinuousClock()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in board.changes() { poke.yield() }
            }
            group.addTask {
                while !Task.isCancelled {
                    poke.yield()
                    try? await clock.sleep(for: .milliseconds(250))
                }
                poke.finish()
            }
            await follow(pokes, clock)
            group.cancelAll()
        }
        await Task { await remove() }.value
    }

    private func follow(_ pokes: AsyncStream<Void>, _ clock: ContinuousClock) async {
        var written: ClusterVersions?
        var writtenAt: ContinuousClock.Instant?
        var fault: APIFault?
        for await _ in pokes {
            // One that is stuck does not hold up the others: its Lease expires.
            guard isCounted(), let served = board.served?.reached else { continue }
            let dueAfter = fault == nil ? Self.renewAfter : Self.retryAfter
            if let writtenAt, clock.now - writtenAt < dueAfter {
                guard fault == nil, let written, isNews(served, after: written) else { continue }
                let rest = Self.pause - (clock.now - writtenAt)
                if rest > .zero { try? await clock.sleep(for: rest) }
            }
            let newest = board.served?.reached ?? served
            writtenAt = clock.now
            do throws(APIFault) {
                try await write(newest)
                written = newest
                if fault != nil { logger.notice("Lease \(title): works again") }
                fault = nil
            } catch {
                if fault == nil { logger.warning("Lease \(title): \(error.text)") }
                fault = error
            }
        }
    }

    private var title: String { "\(identity.namespace)/\(identity.lease)" }

    /// Objects come and go all day: that is told at once only while an Ingress waits for it.
    private func isNews(_ served: ClusterVersions, after written: ClusterVersions) -> Bool {
        served != written && book.isAnyWaiting
    }

    private func write(_ served: ClusterVersions) async throws(APIFault) {
        var lease = Lease()
        lease.metadata.labels = [ReplicaName.label: "true"]
        lease.annotate(ReplicaName.served, served.description)
        lease.spec.holderIdentity = identity.pod
        lease.spec.leaseDurationSeconds = Self.seconds
        lease.spec.renewTime = APITime.micro(Clock.wall())
        do throws(APIFault) {
            let body = lease.json
            _ = try await client.soon { [identity] client throws(APIFault) in
                try await client.mergePatch(
                    .leases, namespace: identity.namespace, name: identity.lease, body: body)
            }
        } catch {
            guard error == .notFound else { throw error }
            lease.metadata.name = identity.lease
            lease.metadata.namespace = identity.namespace
            lease.spec.acquireTime = lease.spec.renewTime
            let body = lease.json
            _ = try await client.soon { [identity] client throws(APIFault) in
                try await client.create(.leases, namespace: identity.namespace, body: body)
            }
        }
    }

    private func remove() async {
        guard board.served != nil else { return }
        do throws(APIFault) {
            try await client.soon { [identity] client throws(APIFault) in
                try await client.delete(
                    .leases, namespace: identity.namespace, name: identity.lease)
            }
        } catch {
            logger.debug("Lease \(title) is left to expire: \(error.text)")
        }
    }
}
