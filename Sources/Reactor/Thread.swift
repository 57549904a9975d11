internal import CLinux

/// A thread of the operating system, for one worker.
package enum Thread {
    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a detached thread that runs `body` to its end.
    ///
    /// False when the system refuses.
    package static func start(named name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        // SAFETY: initialized here, destroyed below; used by one thread only.
        _ = unsafe pthread_attr_init(&attributes)
        _ = unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        // SAFETY: the box is retained here and released by the thread, once.
        let box = unsafe Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                box.body()
                return nil
            }, box.toOpaque())
        _ = unsafe pthread_attr_destroy(&attributes)
        if result != 0 {
            unsafe box.release()
            return false
        }
        // SAFETY: the name is read during the call; longer than 15 bytes is refused, harmlessly.
        _ = unsafe weir_set_thread_name(thread, name)
        return true
    }
}
