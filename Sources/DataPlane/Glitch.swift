/// What the workers count as unusual but legal, by number.
package enum Glitch: UInt8, CaseIterable {
    /// Connections were left in the kernel's queue for a while: no slot, descriptor or watch was free.
    case acceptPause
    /// A connection with nothing under way was closed since others needed its slot.
    case idleEviction

    /// The `kind` label of each number, from 0.
    package static var names: [StaticString] { allCases.map(\.name) }

    private var name: StaticString {
        switch self {
        case .acceptPause: "accept_pause"
        case .idleEviction: "idle_evicted"
        }
    }
}
