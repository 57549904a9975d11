/// How long a reflector waits for what.
package struct ReflectorPace: Sendable {
    /// Waits after faults: up to `first`, then up to twice as much each time, up to `most`.
    package var first: Duration = .milliseconds(100)
    package var most: Duration = .seconds(30)
    /// The wait after a 403: somebody has to give a right first.
    package var forbidden: Duration = .seconds(30)
    /// What counts as having gone well for long enough to forget earlier faults.
    package var healthy: Duration = .seconds(60)
    /// A watch that ends sooner, without any event, is counted as a fault.
    package var shortest: Duration = .seconds(1)
    /// How long the server is asked to let a watch last; drawn anew for each.
    package var watch: ClosedRange<Duration> = .seconds(300) ... .seconds(600)
    /// How much longer than that a watch may last before it is cut.
    package var grace: Duration = .seconds(30)
    /// The time for a page of a list.
    package var list: Duration = .seconds(60)
    /// How often all is listed again, in case a watch kept something from us.
    package var check: Duration = .seconds(1800)
    /// Objects of a page.
    package var page = 500

    package init() {}
}
