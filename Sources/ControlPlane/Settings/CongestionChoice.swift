/// How fast TCP connections send: which of the kernel's algorithms decides.
package enum CongestionChoice: Hashable, Sendable {
    /// What the system is set to, without pacing within this host.
    case automatic
    /// What the system is set to.
    case system
    case algorithm(String)
}
