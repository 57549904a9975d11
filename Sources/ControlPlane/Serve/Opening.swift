internal import ServiceLifecycle

/// Loads what there is to serve, opens the listeners, and then follows what changes.
struct Opening: Service {
    let reconciler: Reconciler
    /// Whether the end was wished for already.
    let isDraining: @Sendable () -> Bool
    /// Opens the listeners; throws what keeps them from being opened.
    let open: @Sendable () throws -> Void

    func run() async throws {
        // A cluster that does not answer is waited for, and may never be heard.
        await cancelWhenGracefulShutdown { [reconciler] in await reconciler.load() }
        if !isDraining(), !Task.isCancelled { try open() }
        try await reconciler.run()
    }
}
