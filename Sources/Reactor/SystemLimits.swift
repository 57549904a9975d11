internal import CLinux

/// What the operating system grants this process.
package enum SystemLimits {
    /// Raises the soft limit of open descriptors to the hard one and returns it.
    package static func raiseDescriptors() -> Int {
        var limit = rlimit()
        // SAFETY: the kernel writes, then reads, one rlimit during the calls.
        guard unsafe weir_get_descriptor_limit(&limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe weir_set_descriptor_limit(&limit)
        _ = unsafe weir_get_descriptor_limit(&limit)
        return Int(min(limit.rlim_cur, rlim_t(1 << 20)))
    }
}
