internal import Bytes

/// One host of a route.
struct HostView {
    let route: BlockView
    let index: Int

    private var offset: Int {
        precondition(index < Int(route.load32(at: Layout.Route.hostCount)))
        return Int(route.load32(at: Layout.Route.hosts)) + index * Layout.Host.size
    }

    var text: BlockView { route.text(at: offset + Layout.Host.text) }

    /// Where the path list for that kind of listener begins, 0 when there is none.
    func paths(on listener: ListenerKind) -> Int {
        switch listener {
        case .external: Int(route.load32(at: offset + Layout.Host.external))
        case .internal: Int(route.load32(at: offset + Layout.Host.internal))
        }
    }
}
