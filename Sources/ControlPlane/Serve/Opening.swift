internal import ServiceLifecycle

/// Loads what there is to serve, opens the listeners, and then follows what changes.
struct Opening: Service {
    let reconciler: Reconciler
    /// Opens the listeners; throws what keeps them from being opened.
    let open: @Sendable () throws -> Void

    func run() async throws {
        await reconciler.load()
        try open()
        try await reconciler.run()
    }
}
