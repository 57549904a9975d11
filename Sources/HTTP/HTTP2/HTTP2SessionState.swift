internal import Bytes
internal import CNghttp2

/// What a session keeps at a fixed place, for the library's callbacks.
///
/// SAFETY: made and freed with its session, at one address in between; the workspace outlives it.
@unsafe
struct HTTP2SessionState: ~Copyable {
    /// SAFETY: the worker's, which outlives its sessions.
    ///
    /// First, as the compiler (6.3) needs a pointer there when it builds for Thread Sanitizer.
    let workspace: UnsafeMutablePointer<HTTP2Workspace.Storage>
    /// SAFETY: owned here: freed by `HTTP2Session.deinit`.
    var session: OpaquePointer?
    let connection: Handle
    /// We serve a client; else we ask an upstream.
    let isServer: Bool

    /// The header block that is being read, since when, and its text while no call is under way.
    var block = HTTP2HeadBlock()
    var blockBegan: UInt64 = 0
    var unfinished = Buffer()
    var unfinishedMarks = Buffer()
    var headTexts = unsafe HTTP2HeadTexts()

    /// The stream that was asked for last.
    private var lastID: Int32 = 0
    private var lastStream = Handle.none

    var meter = HTTP2FloodMeter()
    /// CONTINUATION frames of the present head.
    var continuations = 0
    /// When the present call began, monotonic nanoseconds.
    var now: UInt64 = 0
    /// Why the present call is broken off.
    var fault: HTTP2Fault?
    /// The output is full: the present call of `send` ends.
    var isPaused = false
    /// Streams that began of late.
    var past = HTTP2PastStreams()
    /// We have said, and counted, why the connection ends.
    var isEnding = false
    /// Bytes of bodies that were sent.
    var bodyBytesSent: UInt64 = 0

    init(
        workspace: UnsafeMutablePointer<HTTP2Workspace.Storage>, connection: Handle, isServer: Bool
    ) {
        unsafe self.workspace = unsafe workspace
        unsafe self.connection = connection
        unsafe self.isServer = isServer
    }

    /// No header block is being read any more.
    mutating func endBlock() {
        // SAFETY: the workspace outlives the session.
        if unsafe block.stream.isNone { return }
        let storage = unsafe workspace
        unsafe block.end(givingTo: &storage.pointee.pool)
        unsafe unfinished.release(to: &storage.pointee.pool)
        unsafe unfinishedMarks.release(to: &storage.pointee.pool)
    }

    /// A call begins: the text of an unfinished block goes where the library goes on with it.
    mutating func takeUpBlock() {
        // SAFETY: as above.
        if unsafe block.stream.isNone { return }
        unsafe block.start = unsafe workspace.pointee.texts.count
        let storage = unsafe workspace
        unsafe storage.pointee.texts.append(unfinished, from: &storage.pointee.pool)
        unsafe unfinished.release(to: &storage.pointee.pool)
        unsafe storage.pointee.marks.removeAll()
        unsafe HTTP2Head.readMarks(unfinishedMarks.bytes, into: &storage.pointee.marks)
        unsafe unfinishedMarks.release(to: &storage.pointee.pool)
    }

    /// A call ends: an unfinished block's text is kept with the session, for others use the texts.
    mutating func putAwayBlock() {
        // SAFETY: as above.
        let storage = unsafe workspace
        let range = unsafe block.start..<max(block.start, storage.pointee.texts.count)
        if unsafe block.stream.isNone { return }
        unsafe unfinished.append(
            storage.pointee.texts.bytes.extracting(range), from: &storage.pointee.pool)
        unsafe storage.pointee.texts.removeLast(range.count)
        unsafe unfinishedMarks.reserve(
            HTTP2Head.markBytes(of: storage.pointee.marks.count), from: &storage.pointee.pool)
        unsafe HTTP2Head.append(storage.pointee.marks, to: &unfinishedMarks)
    }

    /// Gives the texts of heads back that were submitted, when all of these are packed.
    mutating func forgetHeadTexts() {
        // SAFETY: the library reads them for frames that wait only.
        if unsafe headTexts.isEmpty { return }
        if unsafe nghttp2_session_get_outbound_queue_size(session) == 0 {
            unsafe releaseHeadTexts()
        }
    }

    mutating func releaseHeadTexts() {
        // SAFETY: as above; the workspace outlives the session.
        let storage = unsafe workspace
        unsafe headTexts.removeAll(givingTo: &storage.pointee.memory)
    }

    /// Notes an event; the array has room for all that one call can bring.
    mutating func note(_ event: HTTP2Event) {
        // SAFETY: the workspace outlives the session.
        unsafe workspace.pointee.events.append(event)
    }

    /// Counts something cheap; false when it was one too many, and the call ends.
    mutating func admits(_ kind: HTTP2FloodMeter.Kind) -> Bool {
        // SAFETY: plain values of our own.
        // What an upstream does may be its answer to what clients do, who share its connection.
        if unsafe !isServer, kind.isProvokedByClients { return true }
        guard let found = unsafe meter.add(kind, now: now) else { return true }
        unsafe fault = found
        return false
    }

    /// Counts a CONTINUATION; false when it is one too many, and the call ends.
    mutating func admitsContinuation() -> Bool {
        // SAFETY: plain values of our own.
        unsafe continuations += 1
        if unsafe continuations <= HTTP2Limits.continuationsMax { return true }
        unsafe fault = .floodOfContinuations
        return false
    }

    /// A GOAWAY went out; one that the library said by itself is counted here.
    mutating func noteEnd(_ code: UInt32) {
        // SAFETY: plain values of our own.
        guard unsafe !isEnding, let code = HTTP2Code(rawValue: code), code != .noError else {
            return
        }
        unsafe note(HTTP2Event(.fault, .none, code: UInt32(HTTP2Fault(connection: code).rawValue)))
    }

    /// A RST_STREAM went out; one that the other side provoked is counted.
    ///
    /// False when those are too many.
    mutating func noteReset(_ id: Int32, _ code: UInt32) -> Bool {
        // SAFETY: as above.
        let wasRefused = unsafe past.isReset(id)
        unsafe past.reset(id)
        guard let code = HTTP2Code(rawValue: code), code.isTheirFault else { return true }
        if code == .refusedStream, unsafe wasRefused || isShed(id) { return true }
        let stream = unsafe stream(id)
        // Of an upstream's stream that is gone there is nothing to tell: only with a GOAWAY is all of
        // its connection meant.
        if unsafe !isServer && stream.isNone { return true }
        let isTold = unsafe !stream.isNone && workspace.pointee.streams[stream].isRefused
        if !isTold {
            let fault = HTTP2Fault(stream: code)
            unsafe note(HTTP2Event(.fault, stream, code: UInt32(fault.rawValue)))
        }
        return unsafe admits(.provokedResets)
    }

    /// Whether the stream was refused for reasons of our own.
    private mutating func isShed(_ id: Int32) -> Bool {
        // SAFETY: as above.
        let stream = unsafe stream(id)
        let streams = unsafe workspace.pointee.streams
        return streams.contains(stream) && streams[stream].isShed
    }

    /// The slot of the stream with this number; none when there is none, or no more.
    mutating func stream(_ id: Int32) -> Handle {
        // Frames of one stream follow one another; a number never names another stream.
        if unsafe id == lastID, unsafe workspace.pointee.streams.contains(lastStream) {
            return unsafe lastStream
        }
        let found = unsafe lookUp(id)
        unsafe lastID = id
        unsafe lastStream = found
        return found
    }

    private func lookUp(_ id: Int32) -> Handle {
        // SAFETY: what we hand to the library as a stream's user data are packed handles.
        guard let data = unsafe nghttp2_session_get_stream_user_data(session, id) else {
            return .none
        }
        let handle = Handle(packed: UInt64(UInt(bitPattern: data)))
        return unsafe workspace.pointee.streams.contains(handle) ? handle : .none
    }
}

extension HTTP2SessionState {
    /// The slot of the stream whose output this is; none when it is no more.
    mutating func stream(of source: UnsafeMutablePointer<nghttp2_data_source>?) -> Handle {
        // SAFETY: our sources are packed handles, never dereferenced.
        guard let data = unsafe source?.pointee.ptr else { return .none }
        let handle = Handle(packed: UInt64(UInt(bitPattern: data)))
        return unsafe workspace.pointee.streams.contains(handle) ? handle : .none
    }
}

extension Handle {
    /// The handle as the library carries it for us; never nil, since generations are odd.
    var asUserData: UnsafeMutableRawPointer? {
        // SAFETY: never dereferenced.
        unsafe UnsafeMutableRawPointer(bitPattern: UInt(packed))
    }
}
