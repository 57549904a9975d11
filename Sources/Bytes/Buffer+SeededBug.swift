#if DEBUG
    extension Buffer {
        /// A seeded bug: gives the chunk back twice.
        package mutating func releaseTwice(to pool: inout ChunkPool) {
            // SAFETY: none, on purpose: a test wants this found.
            pool.isSeeded = true
            if let chunk = unsafe base {
                unsafe pool.give(chunk, class: ChunkPool.classIndex(ofSize: capacity))
            }
            release(to: &pool)
        }
    }
#endif
