/// How fast TCP connections send: which of the kernel's algorithms decides.
package enum CongestionChoice: Hashable, Sendable {
    /// What the system is set to, without pacing over loopback.
    case automatic
    /// What the system is set to.
    case system
    /// One of the kernel's, by its name.
    case algorithm(String)
}
