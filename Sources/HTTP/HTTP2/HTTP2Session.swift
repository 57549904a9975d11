package import Bytes
internal import CNghttp2

/// HTTP/2 of one connection, by nghttp2: bytes in, events out, and back; one pointer, no I/O.
///
/// What a call noticed stands in the workspace; who calls looks at it before the next call.
/// Heads go in and out as text, as HTTP/1 writes them. Owned by one thread, its workspace's.
@safe
package struct HTTP2Session: ~Copyable {
    /// SAFETY: made in `init`, freed in `deinit`, reached by nobody else but the library's
    /// callbacks during our calls; nil in `none`.
    private let state: UnsafeMutablePointer<HTTP2SessionState>?

    private init() { unsafe state = nil }

    /// No session: what a connection of HTTP/1 holds; costs nothing.
    package static var none: HTTP2Session { HTTP2Session() }

    package var isNone: Bool { unsafe state == nil }

    /// A session that serves a client (`isServer`) or asks an upstream; its settings are said with
    /// the first `send`.
    package init(
        isServer: Bool, for connection: Handle, in workspace: borrowing HTTP2Workspace
    ) {
        let made = UnsafeMutablePointer<HTTP2SessionState>.allocate(capacity: 1)
        // SAFETY: fresh memory; the workspace outlives us.
        unsafe made.initialize(
            to: HTTP2SessionState(
                workspace: workspace.storage, connection: connection, isServer: isServer))
        let storage = unsafe workspace.storage
        var memory = unsafe HTTP2Memory.functions(for: storage)
        let status =
            isServer
            ? unsafe nghttp2_session_server_new3(
                &made.pointee.session, storage.pointee.callbacks, made,
                storage.pointee.options, &memory)
            : unsafe nghttp2_session_client_new3(
                &made.pointee.session, storage.pointee.callbacks, made,
                storage.pointee.options, &memory)
        precondition(status == 0, "no memory for an HTTP/2 session")
        unsafe state = unsafe made
        unsafe submitSettings(isServer: isServer, headBytes: storage.pointee.limits.headBytes)
    }

    deinit {
        guard let state = unsafe state else { return }
        // SAFETY: the library calls nobody back while it frees.
        unsafe nghttp2_session_del(state.pointee.session)
        unsafe state.pointee.releaseHeadTexts()
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    private var held: UnsafeMutablePointer<HTTP2SessionState> {
        // SAFETY: lives as long as the session.
        guard let state = unsafe state else { preconditionFailure("there is no HTTP/2 session") }
        return unsafe state
    }

    private var session: OpaquePointer? { unsafe held.pointee.session }

    private func submitSettings(isServer: Bool, headBytes: Int) {
        func entry(_ id: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: value)
        }
        let window = UInt32(HTTP2Limits.streamWindow)
        var entries = [
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(headBytes)),
        ]
        if isServer {
            entries += [
                entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, HTTP2Limits.streamsMax),
                entry(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1),
                entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
            ]
        } else {
            entries.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
        }
        // SAFETY: the library copies the entries.
        unsafe nghttp2_submit_settings(session, 0, entries, entries.count)
        unsafe nghttp2_session_set_local_window_size(
            session, 0, 0, HTTP2Limits.connectionWindow)
    }

    // MARK: Bytes

    /// Takes bytes (at most `HTTP2Limits.receiveBytes`) and says how many it took.
    ///
    /// It takes fewer when so much was noticed that somebody must look at it first. Throws when the
    /// connection must end; `end` says so to the other side.
    package mutating func receive(
        _ bytes: Span<UInt8>, now: UInt64
    ) throws(HTTP2Fault) -> Int {
        let state = unsafe held
        // SAFETY: the bytes are lent for this call; the workspace forgets them before its end.
        unsafe state.pointee.now = now
        unsafe state.pointee.takeUpBlock()
        defer { unsafe state.pointee.putAwayBlock() }
        let taken = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe state.pointee.workspace.pointee.input = input.baseAddress
            let taken = unsafe nghttp2_session_mem_recv(session, input.baseAddress, input.count)
            unsafe state.pointee.workspace.pointee.input = nil
            return taken
        }
        if taken >= 0 { return taken }
        throw takeFault(or: CInt(truncatingIfNeeded: taken))
    }

    /// Appends what is to be sent, up to `most` bytes and a frame more; true when more may be left.
    ///
    /// `output` must have room for `most` and two frames. Streams' outputs that are empty then
    /// are given back to the pool.
    package mutating func send(
        into output: inout Buffer, most: Int, now: UInt64, releasingTo pool: inout ChunkPool
    ) throws(HTTP2Fault) -> Bool {
        let state = unsafe held
        // SAFETY: the output is lent for this call; the workspace forgets it before its end.
        unsafe state.pointee.now = now
        return unsafe try Self.send(state, &output, most, &pool)
    }

    private static func send(
        _ state: UnsafeMutablePointer<HTTP2SessionState>, _ output: UnsafeMutablePointer<Buffer>,
        _ most: Int, _ pool: UnsafeMutablePointer<ChunkPool>
    ) throws(HTTP2Fault) -> Bool {
        // SAFETY: as above; the library's bytes are good until its next call.
        let storage = unsafe state.pointee.workspace
        unsafe storage.pointee.output = unsafe output
        unsafe storage.pointee.lender = unsafe pool
        unsafe storage.pointee.most = most
        defer {
            unsafe storage.pointee.output = nil
            unsafe storage.pointee.lender = nil
        }
        while unsafe output.pointee.count < most, unsafe storage.pointee.events.count < 2048 {
            var start: UnsafePointer<UInt8>?
            unsafe state.pointee.isPaused = false
            let count = unsafe nghttp2_session_mem_send(state.pointee.session, &start)
            if count < 0 {
                let found = unsafe state.pointee.fault
                unsafe state.pointee.fault = nil
                throw found ?? HTTP2Fault(library: CInt(truncatingIfNeeded: count))
            }
            if count == 0 {
                if unsafe state.pointee.isPaused { return true }
                unsafe state.pointee.forgetHeadTexts()
                return false
            }
            let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
            unsafe output.pointee.append(Span(_unsafeElements: bytes))
        }
        return true
    }

    private func takeFault(or error: CInt) -> HTTP2Fault {
        // SAFETY: plain values of our own.
        let found = unsafe held.pointee.fault
        unsafe held.pointee.fault = nil
        return found ?? HTTP2Fault(library: error)
    }

    /// Whether there is anything to send now.
    package var wantsToSend: Bool { unsafe nghttp2_session_want_write(session) != 0 }

    /// When the head that is being read began, monotonic nanoseconds; nil when none is.
    package var headBegan: UInt64? {
        // SAFETY: plain values of our own.
        let isReading = unsafe !held.pointee.block.stream.isNone
        return isReading ? unsafe held.pointee.blockBegan : nil
    }

    /// Bytes of bodies that were sent so far.
    package var bodyBytesSent: UInt64 { unsafe held.pointee.bodyBytesSent }

    /// Whether the connection is over: all was said, and nothing more is listened to.
    package var isOver: Bool {
        unsafe nghttp2_session_want_read(session) == 0 && !wantsToSend
    }

    // MARK: Messages

    /// Answers a stream of a client with a head, interim or final, as HTTP/1 writes it, and where
    /// its fields lie.
    ///
    /// With `hasBody` the stream's output follows.
    package mutating func respond(
        _ stream: Handle, _ head: Span<UInt8>, _ index: borrowing HeadIndex, hasBody: Bool
    ) {
        unsafe HTTP2FieldList.submitResponse(held, stream, head, index, hasBody: hasBody)
    }

    /// The same with a head whose fields nobody noted.
    package mutating func respond(_ stream: Handle, _ head: Span<UInt8>, hasBody: Bool) {
        // SAFETY: the workspace outlives the session.
        let storage = unsafe held.pointee.workspace
        unsafe storage.pointee.index.begin(isNeeded: true)
        unsafe storage.pointee.index.note(linesOf: head, from: Self.endOfFirstLine(head))
        unsafe respond(stream, head, storage.pointee.index, hasBody: hasBody)
    }

    /// Asks an upstream over a new stream with a head whose fields nobody noted.
    package mutating func request(
        _ head: Span<UInt8>, isSecure: Bool, isTunnel: Bool, hasBody: Bool
    ) -> Handle {
        // SAFETY: the workspace outlives the session.
        let storage = unsafe held.pointee.workspace
        unsafe storage.pointee.index.begin(isNeeded: true)
        unsafe storage.pointee.index.note(
            linesOf: head, from: Self.endOfFirstLine(head), isRequest: true)
        return unsafe request(
            head, storage.pointee.index, isSecure: isSecure, isTunnel: isTunnel, hasBody: hasBody)
    }

    private static func endOfFirstLine(_ head: Span<UInt8>) -> Int {
        min(ByteScan.first(0x0a, in: head, from: 0) + 1, head.count)
    }

    /// Asks an upstream over a new stream, which it returns; none when no stream is left.
    ///
    /// `head` is a request's head as HTTP/1 writes it, `index` says where its fields lie. A tunnel
    /// is an extended CONNECT.
    package mutating func request(
        _ head: Span<UInt8>, _ index: borrowing HeadIndex, isSecure: Bool, isTunnel: Bool,
        hasBody: Bool
    ) -> Handle {
        let state = unsafe held
        // SAFETY: the workspace outlives the session.
        let streams = unsafe state.pointee.workspace.pointee.streams
        if streams.isFull { return .none }
        let stream = unsafe streams.insert(
            HTTP2Stream(connection: state.pointee.connection, id: 0))
        let id = unsafe HTTP2FieldList.submitRequest(
            state, stream, head, index, .init(isSecure: isSecure, isTunnel: isTunnel),
            hasBody: hasBody)
        guard let id else {
            _ = streams.remove(stream)
            return .none
        }
        streams[stream].id = id
        streams[stream].asksForTunnel = isTunnel
        streams[stream].asksWithHEAD =
            head.count > 5 && ByteScan.equal(head.extracting(first: 5), "HEAD ")
        return stream
    }

    /// The stream's output has grown, or ended: its bytes are sent when their turn comes.
    package mutating func resume(_ stream: Handle) {
        // SAFETY: as above.
        let streams = unsafe held.pointee.workspace.pointee.streams
        guard streams[stream].isDeferred else { return }
        streams[stream].isDeferred = false
        _ = unsafe nghttp2_session_resume_data(session, streams[stream].id)
    }

    /// Gives back the window of bytes that were passed on; it grows while they flow.
    package mutating func consume(_ stream: Handle, _ count: Int) {
        // SAFETY: as above.
        let streams = unsafe held.pointee.workspace.pointee.streams
        let id = streams[stream].id
        _ = unsafe nghttp2_session_consume_stream(session, id, count)
        streams[stream].passedOn &+= UInt64(count)
        let window = streams[stream].window
        guard window < HTTP2Limits.streamWindowMax,
            streams[stream].passedOn >= 8 * UInt64(window), streams[stream].input.isEmpty
        else { return }
        streams[stream].window = HTTP2Limits.streamWindowMax
        _ = unsafe nghttp2_session_set_local_window_size(
            session, 0, id, HTTP2Limits.streamWindowMax)
    }

    /// Gives back the connection's window of so many bytes.
    package mutating func consumeConnection(_ count: Int) {
        _ = unsafe nghttp2_session_consume_connection(session, count)
    }

    /// Ends a stream before its time.
    package mutating func reset(_ stream: Handle, _ code: HTTP2Code) {
        // SAFETY: as above.
        let id = unsafe held.pointee.workspace.pointee.streams[stream].id
        _ = unsafe nghttp2_submit_rst_stream(session, 0, id, code.rawValue)
    }

    /// Says that nothing was done for a stream, and that this is no fault of the other side's.
    package mutating func shed(_ stream: Handle) {
        // SAFETY: as above.
        unsafe held.pointee.workspace.pointee.streams[stream].isShed = true
        reset(stream, .refusedStream)
    }

    // MARK: The connection

    /// Tells the other side to use another connection for what it begins from now on; streams that
    /// are under way, or are on their way, go on (RFC 9113 §6.8).
    package mutating func announceEnd() {
        _ = unsafe nghttp2_submit_shutdown_notice(session)
    }

    /// Refuses streams that begin from now on; those that are there go on.
    package mutating func refuseStreams() {
        let last = unsafe nghttp2_session_get_last_proc_stream_id(session)
        _ = unsafe nghttp2_submit_goaway(session, 0, last, HTTP2Code.noError.rawValue, nil, 0)
    }

    /// Ends the connection once this is said; streams are over.
    package mutating func end(_ fault: HTTP2Fault?) {
        let code = fault?.code ?? .noError
        unsafe held.pointee.isEnding = true
        _ = unsafe nghttp2_session_terminate_session(session, code.rawValue)
    }

    /// Asks whether the other side is there.
    package mutating func ping() { _ = unsafe nghttp2_submit_ping(session, 0, nil) }

    /// How many streams of ours the other side allows at a time.
    package var streamsAllowed: Int {
        Int(
            unsafe nghttp2_session_get_remote_settings(
                session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
    }

    /// Whether the upstream takes extended CONNECT (RFC 8441 §3).
    package var allowsTunnels: Bool {
        unsafe nghttp2_session_get_remote_settings(
            session, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1
    }

    /// Whether another stream may be begun at all: numbers are left, and no GOAWAY came.
    package var mayRequest: Bool { unsafe nghttp2_session_check_request_allowed(session) != 0 }
}

@available(*, unavailable) extension HTTP2Session: Sendable {}
