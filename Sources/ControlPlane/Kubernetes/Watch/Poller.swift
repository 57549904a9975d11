/// Asks for one object now and then, for as long as its task runs.
struct Poller: Sendable {
    /// How long to wait between two questions.
    struct Pace: Sendable {
        var first: Duration
        /// The wait doubles each time, up to this.
        var most: Duration
    }

    let client: APIClient
    let resource: APIResource
    let pair: NamespacedPair
    let pace: Pace
    /// Shared by all pollers, so that many do not come at once.
    let turnstile: Turnstile

    /// Tells what there is after each question, in order, until the task is cancelled.
    func run(_ take: @escaping @Sendable (ClusterEvent) async -> Void) async {
        let health = ScopeHealth(take)
        var wait = pace.first
        while !Task.isCancelled {
            let answer = await turnstile.pass { await ask() }
            if Task.isCancelled { return }
            switch answer {
            case .success(let objects):
                await take(.listed(objects))
                await health.recover()
            case .failure(let fault): await health.fail(fault)
            }
            // Spread, so that those that began together do not stay together.
            try? await Task.sleep(for: wait * Double.random(in: 0.8...1.2))
            wait = min(wait * 2, pace.most)
        }
    }

    private func ask() async -> Result<[ClusterObject], APIFault> {
        if Task.isCancelled { return .success([]) }
        do throws(APIFault) {
            let slices = JSONSlices(
                try await client.get(resource, namespace: pair.namespace, name: pair.name))
            guard let range = slices.whole, let object = ClusterObject(slices, range, resource),
                object.pair == pair
            else { throw .invalid("an object that is not readable") }
            return .success([object])
        } catch {
            return error == .notFound ? .success([]) : .failure(error)
        }
    }
}
