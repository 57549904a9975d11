#if DEBUG
    /// Bugs that a test may switch on in one worker, to show that the simulation finds their like.
    ///
    /// Debug builds only: the release binary has neither them nor their switch.
    enum SeededBug: UInt8, CaseIterable {
        /// An event is taken for the slot's present owner, whoever it was meant for.
        case staleHandle
        /// Who waited for room in the kernel is not told that there is some.
        case lostWakeUp
        /// Who has to wait for room does not ask to be told of it.
        case roomNotAwaited
        /// A chunk is given back to the pool twice.
        case chunkFreedTwice
        /// A deadline that comes nearer does not move its timer.
        case missedTimer
        /// A connection is full only when twice as much waits for it; a stream never is.
        case wrongBackPressure
        /// A request is sent again after a byte of its answer.
        case retryAfterByte
        /// Listeners are closed with connections in their queues.
        case queueForgotten
        /// Who speaks HTTP/2 is not told that the worker is to end.
        case endNotAnnounced
    }
#endif
