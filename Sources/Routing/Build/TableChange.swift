/// What differs from the sources of the snapshot before.
package struct TableChange: Sendable {
    /// New or changed, each key once.
    package var routes: [RankedRoute]
    /// Keys of routes that are gone; those that were never there do no harm.
    package var routesRemoved: [String]
    /// New or changed, each key once.
    package var destinations: [DestinationSource]
    /// Keys of destination sets that are gone.
    package var destinationsRemoved: [DestinationKey]

    package init(
        routes: [RankedRoute] = [], routesRemoved: [String] = [],
        destinations: [DestinationSource] = [], destinationsRemoved: [DestinationKey] = []
    ) {
        self.routes = routes
        self.routesRemoved = routesRemoved
        self.destinations = destinations
        self.destinationsRemoved = destinationsRemoved
    }

    /// Whether the snapshot before is the right one still.
    package var isEmpty: Bool {
        routes.isEmpty && routesRemoved.isEmpty && destinations.isEmpty
            && destinationsRemoved.isEmpty
    }
}
