internal import CLinux

/// Memory that was used for a while.
package enum HeapMemory {
    /// Gives what is free back to the system: the C library keeps it for what may come.
    ///
    /// Takes milliseconds for each hundred megabytes.
    package static func giveBack() { _ = malloc_trim(0) }

    /// Bytes of the largest array that is had, and had again, without the C library's lock: what is
    /// larger has it put all its small free pieces together each time.
    package static let quickMax = 992
}
