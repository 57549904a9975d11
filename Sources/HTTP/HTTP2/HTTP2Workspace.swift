package import Bytes
internal import CNghttp2

/// What the HTTP/2 sessions of one worker share: their streams, and what the last call noticed.
///
/// Sessions point into it, so it must outlive them. One thread uses it; its owner calls `destroy`
/// once, when no session is left.
@safe
package struct HTTP2Workspace {
    /// SAFETY: made in `init`, freed in `destroy`; reached by this thread's sessions only.
    let storage: UnsafeMutablePointer<Storage>

    /// What lies at the fixed address.
    ///
    /// SAFETY: the library's objects are made and freed with it; `input` and `output` are set to
    /// what a caller lent, during that call only.
    @unsafe
    struct Storage: ~Copyable {
        let streams: Slab<HTTP2Stream>
        let limits: HeadLimits
        var events = FixedArray<HTTP2Event>(capacity: HTTP2Limits.eventsMax)
        var texts = Buffer()
        /// Of the head that is being read: where its fields lie.
        var marks = FixedArray<Field>(capacity: HTTP2Limits.marksMax)
        var pool = ChunkPool()
        var memory = unsafe HTTP2Memory()
        var fields = unsafe FixedArray<nghttp2_nv>(capacity: HTTP2Limits.fieldsMax)
        /// Of the texts that came without one.
        var index = HeadIndex()
        var input: UnsafePointer<UInt8>?
        var output: UnsafeMutablePointer<Buffer>?
        var lender: UnsafeMutablePointer<ChunkPool>?
        /// Bytes that a call of `send` may put into the output before it ends.
        var most = 0
        let callbacks: OpaquePointer
        let options: OpaquePointer

        /// Puts the marks and the note behind their head's text; says how many marks there are.
        mutating func appendMarks(and note: HTTP2HeadNote) -> Int {
            // SAFETY: plain values of our own.
            unsafe texts.reserve(HTTP2Head.markBytes(of: marks.count), from: &pool)
            unsafe HTTP2Head.append(marks, to: &texts)
            unsafe note.append(to: &texts)
            return unsafe marks.count
        }
    }

    /// A workspace for at most `streams` streams whose heads keep to the limits.
    package init(streams: Int, limits: HeadLimits) {
        unsafe storage = .allocate(capacity: 1)
        // SAFETY: fresh memory.
        unsafe storage.initialize(
            to: Storage(
                streams: Slab(limit: streams), limits: limits,
                callbacks: HTTP2Setup.callbacks(), options: HTTP2Setup.options()))
    }

    /// Frees the memory; no session may be left, and no copy be used any more.
    package func destroy() {
        // SAFETY: nobody uses it any more.
        unsafe nghttp2_session_callbacks_del(storage.pointee.callbacks)
        unsafe nghttp2_option_del(storage.pointee.options)
        unsafe storage.pointee.streams.destroy()
        unsafe storage.pointee.memory.destroy()
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// Gives memory to the system that is only kept for later.
    package func giveBackMemory() {
        // SAFETY: the storage lives as long as the workspace.
        unsafe storage.pointee.streams.giveBackMemory()
        unsafe storage.pointee.memory.giveBackMemory()
        unsafe storage.pointee.pool.giveBackMemory()
    }

    /// All streams of the worker's sessions.
    package var streams: Slab<HTTP2Stream> {
        // SAFETY: the storage lives as long as the workspace.
        unsafe storage.pointee.streams
    }

    // MARK: What the last call noticed

    /// The events, in the order in which they happened; good until `forget`.
    package var events: Span<HTTP2Event> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the storage lives as long as the workspace, and the list never moves.
            unsafe _overrideLifetime(storage.pointee.events.span, borrowing: self)
        }
    }

    /// What the event behind the one at that place is to it.
    package func continuation(of place: Int) -> HTTP2Event.Continuation {
        // SAFETY: the storage lives as long as the workspace.
        guard unsafe place + 1 < storage.pointee.events.count else { return .none }
        return unsafe storage.pointee.events[place + 1].continuation(
            of: storage.pointee.events[place])
    }

    /// Gives the texts of heads out; what it writes back is kept.
    ///
    /// The caller takes them so that it can look at them while it calls sessions.
    package func takeTexts(_ texts: inout Buffer) {
        unsafe swap(&texts, &storage.pointee.texts)
    }

    /// Forgets the events and their texts: they were looked at.
    package func forget() {
        unsafe storage.pointee.events.removeAll()
        unsafe storage.pointee.texts.removeAll()
    }
}
