/// Follows one scope: lists it, then watches it, for ever.
package struct Reflector: Sendable {
    private let client: APIClient
    private let scope: WatchScope
    private let pace: ReflectorPace

    package init(_ client: APIClient, _ scope: WatchScope, pace: ReflectorPace = ReflectorPace()) {
        self.client = client
        self.scope = scope
        self.pace = pace
    }

    /// Tells `take` what happens, one event after the other, until the task is cancelled.
    package func run(_ take: @Sendable (ClusterEvent) async -> Void) async {}
}
