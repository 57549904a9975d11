internal import Bytes
internal import CNghttp2

// nghttp2 calls these inside `HTTP2Session.receive` and `send`. They only record; none calls back
// into the session but for what the library allows there (user data, trailers, a reset).

private typealias State = UnsafeMutablePointer<HTTP2SessionState>

private let good: CInt = 0
private let isOver = CInt(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
private let isRefused = CInt(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)

private func state(_ data: UnsafeMutableRawPointer?) -> State? {
    // SAFETY: the user data of every session is its state.
    unsafe data?.assumingMemoryBound(to: HTTP2SessionState.self)
}

private func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    // SAFETY: the library lends so many bytes for the call.
    unsafe UnsafeBufferPointer(start: start, count: count)
}

// MARK: Heads

/// A header block begins: of a new stream's request, of a response, or of trailers.
func beginHead(
    session: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: frame and state are whole during the call.
    guard let state = unsafe state(data), let frame = unsafe frame else { return isOver }
    let id = unsafe frame.pointee.hd.stream_id
    let category = unsafe frame.pointee.headers.cat
    let storage = unsafe state.pointee.workspace
    var stream: Handle
    var kind = HTTP2HeadBlock.Kind.response
    if category == NGHTTP2_HCAT_REQUEST {
        if unsafe storage.pointee.streams.isFull { return unsafe refuseStream(state, id) }
        stream = unsafe storage.pointee.streams.insert(
            HTTP2Stream(connection: state.pointee.connection, id: id))
        unsafe nghttp2_session_set_stream_user_data(session, id, stream.asUserData)
        unsafe state.pointee.note(HTTP2Event(.opened, stream))
        kind = .request
    } else {
        stream = unsafe state.pointee.stream(id)
        if stream.isNone { return good }
        // What comes behind a request's head, or a final response's, are trailers.
        if unsafe storage.pointee.streams[stream].hasHead { kind = .trailers }
    }
    let start = unsafe storage.pointee.texts.count
    unsafe storage.pointee.marks.removeAll()
    unsafe state.pointee.block.begin(
        stream, kind, isRequest: state.pointee.isServer, at: start, storage.pointee.limits)
    unsafe state.pointee.blockBegan = unsafe state.pointee.now
    return good
}

/// No slot is left: its client is told that nothing was done, so that it may ask again (RFC 9113 §8.7).
private func refuseStream(_ state: State, _ id: Int32) -> CInt {
    // SAFETY: as above; the library sends the reset later.
    let session = unsafe state.pointee.session
    unsafe state.pointee.past.reset(id)
    unsafe nghttp2_submit_rst_stream(session, 0, id, HTTP2Code.refusedStream.rawValue)
    unsafe state.pointee.note(
        HTTP2Event(.fault, .none, code: UInt32(HTTP2Fault.noRoom.rawValue)))
    return good
}

/// A field of the block.
func addField(
    session: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, name: UnsafePointer<UInt8>?,
    nameCount: Int, value: UnsafePointer<UInt8>?, valueCount: Int, flags: UInt8,
    data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: name and value are lent for the call; the storage outlives the session.
    guard let state = unsafe state(data) else { return isOver }
    let storage = unsafe state.pointee.workspace
    if unsafe state.pointee.block.stream.isNone { return good }
    let name = unsafe bytes(name, nameCount)
    let value = unsafe bytes(value, valueCount)
    unsafe HTTP2HeadBlock.add(name, value, state)
    if unsafe state.pointee.block.isBomb {
        unsafe state.pointee.fault = .headerBomb
        return isOver
    }
    // What is decoded and not yet looked at stays bounded: the library waits.
    guard unsafe storage.pointee.texts.count > HTTP2Limits.textBytes,
        unsafe storage.pointee.events.count > 0
    else { return good }
    return CInt(NGHTTP2_ERR_PAUSE.rawValue)
}

extension HTTP2HeadBlock {
    /// The same with what the library lends.
    @inline(__always)
    fileprivate static func add(
        _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>,
        _ state: UnsafeMutablePointer<HTTP2SessionState>
    ) {
        // SAFETY: both are read during the call only, and are none of our buffers.
        let storage = unsafe state.pointee.workspace
        let name = unsafe Span(_unsafeElements: name)
        let value = unsafe Span(_unsafeElements: value)
        unsafe state.pointee.block.add(
            name, value, to: &storage.pointee.texts, &storage.pointee.marks,
            from: &storage.pointee.pool)
    }
}

// MARK: Frames

/// A frame's header is there.
func beginFrame(
    session: OpaquePointer?, header: UnsafePointer<nghttp2_frame_hd>?,
    data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: as above.
    guard let state = unsafe state(data), let header = unsafe header else { return isOver }
    let type = unsafe UInt32(header.pointee.type)
    if type == NGHTTP2_PRIORITY.rawValue {
        return unsafe beginPriority(session, state, header.pointee)
    }
    if type == NGHTTP2_CONTINUATION.rawValue {
        return unsafe state.pointee.admitsContinuation() ? good : isOver
    }
    guard type == NGHTTP2_HEADERS.rawValue else { return good }
    unsafe state.pointee.continuations = 0
    // Until a block begins that is ours to read.
    unsafe state.pointee.endBlock()
    guard unsafe state.pointee.isServer else { return good }
    let id = unsafe header.pointee.stream_id
    guard id & 1 == 1, unsafe nghttp2_session_find_stream(session, id) == nil else { return good }
    if let fault = unsafe state.pointee.past.begin(id) {
        unsafe nghttp2_session_terminate_session(session, fault.code.rawValue)
    }
    return good
}

/// PRIORITY says nothing to us any more, but what it may be is still a rule (RFC 9113 §6.3).
private func beginPriority(
    _ session: OpaquePointer?, _ state: State, _ header: nghttp2_frame_hd
) -> CInt {
    // SAFETY: as above.
    if header.stream_id == 0 {
        unsafe nghttp2_session_terminate_session(session, HTTP2Code.protocolError.rawValue)
    }
    return unsafe state.pointee.admits(.priorities) ? good : isOver
}

/// A frame is whole, and allowed.
func endFrame(
    session: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: as above.
    guard let state = unsafe state(data), let frame = unsafe frame else { return isOver }
    let header = unsafe frame.pointee.hd
    let isAck = header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
    let isLast = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    var isAdmitted = true
    switch UInt32(header.type) {
    case NGHTTP2_HEADERS.rawValue:
        if unsafe frame.pointee.headers.pri_spec.stream_id == header.stream_id {
            unsafe selfDependency(session, state)
        }
        unsafe endHead(state, header.stream_id, isLast: isLast)
    case NGHTTP2_DATA.rawValue:
        if isLast {
            unsafe endBody(state, header.stream_id)
        } else if unsafe header.length == frame.pointee.data.padlen {
            isAdmitted = unsafe state.pointee.admits(.emptyData)
        }
    case NGHTTP2_SETTINGS.rawValue where !isAck:
        unsafe state.pointee.note(HTTP2Event(.settings, .none))
        isAdmitted = unsafe state.pointee.admits(.settings)
    case NGHTTP2_SETTINGS.rawValue:
        isAdmitted = unsafe state.pointee.admits(.settings)
    case NGHTTP2_PING.rawValue:
        isAdmitted = unsafe state.pointee.admits(.pings)
    case NGHTTP2_RST_STREAM.rawValue:
        isAdmitted = unsafe state.pointee.admits(.resets)
    case NGHTTP2_WINDOW_UPDATE.rawValue:
        isAdmitted = unsafe state.pointee.admits(.windowUpdates)
    case NGHTTP2_PRIORITY.rawValue:
        if unsafe frame.pointee.priority.pri_spec.stream_id == header.stream_id {
            unsafe selfDependency(session, state)
        }
    case NGHTTP2_PRIORITY_UPDATE.rawValue:
        isAdmitted = unsafe state.pointee.admits(.priorities)
    case NGHTTP2_GOAWAY.rawValue:
        unsafe state.pointee.note(
            HTTP2Event(.goAway, .none, code: frame.pointee.goaway.error_code))
    default:
        break
    }
    return isAdmitted ? good : isOver
}

/// RFC 7540 §5.3.1: nobody depends on itself; the rule went with its priorities, and harms nobody.
private func selfDependency(_ session: OpaquePointer?, _ state: State) {
    // SAFETY: the library takes the end at once and sends it later.
    unsafe nghttp2_session_terminate_session(session, HTTP2Code.protocolError.rawValue)
}

/// A header block is whole.
private func endHead(_ state: State, _ id: Int32, isLast: Bool) {
    // SAFETY: as above.
    let storage = unsafe state.pointee.workspace
    let stream = unsafe state.pointee.block.stream
    // Its slot may be gone while the block was on its way.
    guard unsafe storage.pointee.streams.contains(stream) else {
        return unsafe state.pointee.endBlock()
    }
    unsafe state.pointee.block.finish(
        isEnd: isLast, to: &storage.pointee.texts, &storage.pointee.marks,
        from: &storage.pointee.pool)
    let isGood = unsafe state.pointee.block.settle(
        &storage.pointee.streams[stream], isEnd: isLast)
    if isGood {
        unsafe noteHead(state, id, stream, isLast: isLast)
    } else {
        unsafe refuseMessage(state, id, stream, isLast: isLast)
    }
    unsafe state.pointee.endBlock()
}

/// Tells of a header block that is a message's.
private func noteHead(_ state: State, _ id: Int32, _ stream: Handle, isLast: Bool) {
    // SAFETY: as above.
    let storage = unsafe state.pointee.workspace
    if let fault = unsafe state.pointee.block.fault {
        let method = unsafe state.pointee.block.method
        return unsafe state.pointee.note(
            HTTP2Event(
                .badHead, stream, code: UInt32(fault.rawValue),
                start: state.pointee.block.start + Int(method.start), count: Int(method.count)))
    }
    let start = unsafe state.pointee.block.start
    let count = unsafe storage.pointee.texts.count - start
    if unsafe state.pointee.block.kind == .trailers {
        return unsafe state.pointee.note(
            HTTP2Event(
                .trailers, stream, code: state.pointee.block.callStatus, start: start,
                count: count))
    }
    if let priority = unsafe state.pointee.block.priority {
        var told = nghttp2_extpri(urgency: priority.urgency, inc: priority.isIncremental ? 1 : 0)
        unsafe nghttp2_session_change_extpri_stream_priority(state.pointee.session, id, &told, 0)
    }
    let marks = unsafe storage.pointee.appendMarks(and: state.pointee.block.note)
    unsafe state.pointee.note(
        HTTP2Event(
            isLast ? .headAtEnd : .head, stream, code: UInt32(marks), start: start, count: count))
}

/// A body is over.
private func endBody(_ state: State, _ id: Int32) {
    // SAFETY: as above.
    let stream = unsafe state.pointee.stream(id)
    if stream.isNone { return }
    if unsafe state.pointee.workspace.pointee.streams[stream].isWhole {
        unsafe state.pointee.note(HTTP2Event(.end, stream))
    } else {
        unsafe refuseMessage(state, id, stream, isLast: true)
    }
}

/// What came is no message: that is told, and its stream reset, once (RFC 9113 §8.1.1).
///
/// With the frame that ends it (`isLast`) a stream on which we have said all is over at once, and
/// nothing more may be said on it (§5.1).
private func refuseMessage(_ state: State, _ id: Int32, _ stream: Handle, isLast: Bool) {
    // SAFETY: as above; the library sends the reset later.
    let streams = unsafe state.pointee.workspace.pointee.streams
    if streams[stream].isRefused { return }
    streams[stream].isRefused = true
    unsafe state.pointee.note(
        HTTP2Event(.fault, stream, code: UInt32(HTTP2Fault.malformedMessage.rawValue)))
    let session = unsafe state.pointee.session
    if isLast, unsafe nghttp2_session_get_stream_local_close(session, id) == 1 { return }
    unsafe nghttp2_submit_rst_stream(session, 0, id, HTTP2Code.protocolError.rawValue)
}

extension HTTP2HeadBlock {
    /// Has the stream take in the block; false when its message is none.
    ///
    /// Mutating, though it changes nothing: the compiler (6.3) copies what is only borrowed.
    fileprivate mutating func settle(_ stream: inout HTTP2Stream, isEnd: Bool) -> Bool {
        if isMalformed || stream.isRefused { return false }
        if fault != nil {
            // It is answered as it is, whatever follows.
            stream.takeRefusedHead()
            return true
        }
        switch kind {
        case .request: stream.takeRequest(length: length, isTunnel: note.isTunnel)
        case .response: stream.takeResponse(status: note.status, length: length)
        case .trailers: break
        }
        return !isEnd || stream.isWhole
    }
}

// MARK: Bodies

/// Body bytes: they lie in what was given to `receive`.
func addData(
    session: OpaquePointer?, flags: UInt8, id: Int32, start: UnsafePointer<UInt8>?, count: Int,
    data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: both pointers lie in the bytes that our caller lent.
    guard let state = unsafe state(data), let start = unsafe start,
        let base = unsafe state.pointee.workspace.pointee.input
    else { return isOver }
    let stream = unsafe state.pointee.stream(id)
    if stream.isNone {
        unsafe nghttp2_session_consume_connection(session, count)
        return good
    }
    let streams = unsafe state.pointee.workspace.pointee.streams
    guard streams[stream].takeData(count), !streams[stream].isRefused else {
        unsafe refuseMessage(state, id, stream, isLast: false)
        unsafe nghttp2_session_consume_connection(session, count)
        return good
    }
    unsafe state.pointee.note(HTTP2Event(.data, stream, start: start - base, count: count))
    return good
}

/// The library may send bytes of a body: says how many there are.
func countBody(
    session: OpaquePointer?, id: Int32, buffer: UnsafeMutablePointer<UInt8>?, most: Int,
    flags: UnsafeMutablePointer<UInt32>?, source: UnsafeMutablePointer<nghttp2_data_source>?,
    data: UnsafeMutableRawPointer?
) -> Int {
    // SAFETY: the source is a packed handle; flags are the library's to be written.
    guard let state = unsafe state(data), let flags = unsafe flags else { return Int(isOver) }
    let stream = unsafe state.pointee.stream(of: source)
    if stream.isNone { return Int(isRefused) }
    let streams = unsafe state.pointee.workspace.pointee.streams
    let waiting = streams[stream].output.count
    let count = min(waiting, most)
    if count == waiting, streams[stream].isOutputEnded {
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if !streams[stream].outputTrailers.isEmpty {
            unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            unsafe HTTP2FieldList.submitTrailers(state, stream)
        }
    } else if count == 0 {
        streams[stream].isDeferred = true
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    }
    if count > 0 { unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue }
    return count
}

/// A DATA frame's turn has come: its header and its bytes go to the output.
func sendData(
    session: OpaquePointer?, frame: UnsafeMutablePointer<nghttp2_frame>?,
    header: UnsafePointer<UInt8>?, count: Int, source: UnsafeMutablePointer<nghttp2_data_source>?,
    data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: the header has nine bytes; the output is what our caller lent.
    guard let state = unsafe state(data),
        let output = unsafe state.pointee.workspace.pointee.output
    else { return isOver }
    let room = HTTP2Limits.frameBytes + 2 * 9
    if unsafe output.pointee.room < count + 9 {
        unsafe state.pointee.isPaused = true
        return CInt(NGHTTP2_ERR_WOULDBLOCK.rawValue)
    }
    let stream = unsafe state.pointee.stream(of: source)
    if stream.isNone { return isRefused }
    let streams = unsafe state.pointee.workspace.pointee.streams
    unsafe output.pointee.append(Span(_unsafeElements: bytes(header, 9)))
    unsafe output.pointee.append(streams[stream].output.bytes.extracting(first: count))
    streams[stream].output.consume(count)
    if streams[stream].output.isEmpty {
        if let pool = unsafe state.pointee.workspace.pointee.lender {
            unsafe streams[stream].output.release(to: &pool.pointee)
        }
    }
    unsafe state.pointee.bodyBytesSent &+= UInt64(count)
    unsafe state.pointee.meter.allow(.windowUpdates, 10)
    if streams[stream].isSourceWaiting,
        streams[stream].output.count <= HTTP2Limits.outputLow
    {
        streams[stream].isSourceWaiting = false
        unsafe state.pointee.note(HTTP2Event(.room, stream))
    }
    if unsafe output.pointee.room < room
        || output.pointee.count >= state.pointee.workspace.pointee.most
    {
        unsafe state.pointee.isPaused = true
        return CInt(NGHTTP2_ERR_PAUSE.rawValue)
    }
    return good
}

// MARK: Ends

/// A frame of ours went out.
func noteSent(
    session: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: as above.
    guard let state = unsafe state(data), let frame = unsafe frame else { return isOver }
    let header = unsafe frame.pointee.hd
    let isLast = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    let type = UInt32(header.type)
    if type == NGHTTP2_GOAWAY.rawValue {
        unsafe state.pointee.noteEnd(frame.pointee.goaway.error_code)
        return good
    }
    if type == NGHTTP2_RST_STREAM.rawValue {
        return unsafe state.pointee.noteReset(
            header.stream_id, frame.pointee.rst_stream.error_code) ? good : isOver
    }
    if isLast, unsafe state.pointee.isServer,
        type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_DATA.rawValue
    {
        let stream = unsafe state.pointee.stream(header.stream_id)
        let streams = unsafe state.pointee.workspace.pointee.streams
        if !stream.isNone, streams[stream].resetsWhenSaid, !streams[stream].isInputEnded {
            // RFC 9113 §8.1: the answer is whole, the rest of the request is not wanted.
            unsafe nghttp2_submit_rst_stream(
                session, 0, header.stream_id, HTTP2Code.noError.rawValue)
        }
    }
    // Heads go before bodies: a connection whose bodies never end gives their texts back too.
    unsafe state.pointee.forgetHeadTexts()
    return good
}

/// A stream is over, in whatever way.
func closeStream(
    session: OpaquePointer?, id: Int32, code: UInt32, data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: as above.
    guard let state = unsafe state(data) else { return isOver }
    let stream = unsafe state.pointee.stream(id)
    if stream.isNone { return good }
    // Its head was refused while it was read.
    if unsafe state.pointee.block.stream == stream { unsafe state.pointee.endBlock() }
    unsafe state.pointee.note(HTTP2Event(.closed, stream, code: code))
    return good
}
