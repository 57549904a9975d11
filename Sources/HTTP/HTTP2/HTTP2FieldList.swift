internal import Bytes
internal import CNghttp2

/// Heads and trailers that we wrote as HTTP/1 has them, as the library wants them: names and values
/// by the places that a `HeadIndex` noted.
///
/// The library reads them where they are until it packs them: in the session's `HTTP2HeadTexts`. A
/// text that is too long for these it copies before the call returns.
enum HTTP2FieldList {
    /// What a request's pseudo fields say besides its own text.
    struct Request {
        var isSecure: Bool
        /// It asks for a WebSocket: extended CONNECT (RFC 8441).
        var isTunnel: Bool
    }

    private typealias State = UnsafeMutablePointer<HTTP2SessionState>
    private typealias Storage = UnsafeMutablePointer<HTTP2Workspace.Storage>

    /// Sends a final or interim response's head; with `hasBody` its bytes follow from the stream.
    static func submitResponse(
        _ state: UnsafeMutablePointer<HTTP2SessionState>, _ stream: Handle, _ text: Span<UInt8>,
        _ index: borrowing HeadIndex, hasBody: Bool
    ) {
        guard text.count > 12 else { return }
        // SAFETY: the fields point into a text that lives until it is packed.
        let storage = unsafe state.pointee.workspace
        let id = unsafe storage.pointee.streams[stream].id
        let isInterim = text[9] == 0x31
        unsafe storage.pointee.fields.removeAll()
        unsafe text.withUnsafeBufferPointer { bytes in
            let place = unsafe Place(of: bytes, state)
            unsafe add(":status", place, 9..<12, storage)
            unsafe addLines(index, place, storage)
            let list = unsafe storage.pointee.fields.span
            unsafe list.withUnsafeBufferPointer { fields in
                let session = unsafe state.pointee.session
                if isInterim {
                    unsafe nghttp2_submit_headers(
                        session, 0, id, nil, fields.baseAddress, fields.count, nil)
                } else if hasBody {
                    var source = unsafe body(of: stream)
                    unsafe nghttp2_submit_response(
                        session, id, fields.baseAddress, fields.count, &source)
                } else {
                    unsafe nghttp2_submit_response(
                        session, id, fields.baseAddress, fields.count, nil)
                }
            }
        }
    }

    /// Sends a request's head over a new stream; its number, or nil when there is none left.
    static func submitRequest(
        _ state: UnsafeMutablePointer<HTTP2SessionState>, _ stream: Handle, _ text: Span<UInt8>,
        _ index: borrowing HeadIndex, _ request: Request, hasBody: Bool
    ) -> Int32? {
        // SAFETY: as above.
        let storage = unsafe state.pointee.workspace
        unsafe storage.pointee.fields.removeAll()
        let methodEnd = ByteScan.first(0x20, in: text, from: 0)
        let targetEnd = ByteScan.first(0x20, in: text, from: min(methodEnd + 1, text.count))
        let id = unsafe text.withUnsafeBufferPointer { bytes -> Int32 in
            let place = unsafe Place(of: bytes, state)
            if request.isTunnel {
                unsafe add(":method", "CONNECT", storage)
                unsafe add(":protocol", "websocket", storage)
            } else {
                unsafe add(":method", place, 0..<methodEnd, storage)
            }
            unsafe add(":scheme", request.isSecure ? "https" : "http", storage)
            unsafe add(":path", place, methodEnd + 1..<targetEnd, storage)
            unsafe addLines(index, place, storage)
            let list = unsafe storage.pointee.fields.span
            return unsafe list.withUnsafeBufferPointer { fields in
                var source = unsafe body(of: stream)
                return unsafe withUnsafeMutablePointer(to: &source) { source in
                    unsafe nghttp2_submit_request(
                        state.pointee.session, nil, fields.baseAddress, fields.count,
                        hasBody ? source : nil, stream.asUserData)
                }
            }
        }
        return id > 0 ? id : nil
    }

    /// Sends the stream's trailers; called by the library when the body is out.
    static func submitTrailers(
        _ state: UnsafeMutablePointer<HTTP2SessionState>, _ stream: Handle
    ) {
        // SAFETY: as above.
        let storage = unsafe state.pointee.workspace
        let streams = unsafe storage.pointee.streams
        unsafe storage.pointee.fields.removeAll()
        unsafe storage.pointee.index.begin(isNeeded: true)
        let text = streams[stream].outputTrailers.bytes
        unsafe storage.pointee.index.note(linesOf: text, from: 0)
        unsafe text.withUnsafeBufferPointer { bytes in
            let place = unsafe Place(of: bytes, state)
            unsafe addLines(storage.pointee.index, place, storage)
            let list = unsafe storage.pointee.fields.span
            unsafe list.withUnsafeBufferPointer { fields in
                _ = unsafe nghttp2_submit_trailer(
                    state.pointee.session, streams[stream].id, fields.baseAddress, fields.count)
            }
        }
    }

    /// The stream's output; its handle goes with it, so that the library need not look it up.
    private static func body(of stream: Handle) -> nghttp2_data_provider {
        // SAFETY: plain words; the callback lives as long as the process.
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.source.ptr = unsafe stream.asUserData
        unsafe provider.read_callback = countBody
        return unsafe provider
    }

    // MARK: From text to fields

    /// Where a head's text lies, and what the library is told of it.
    ///
    /// SAFETY: `start` and `count` are those of a text that lives until it is packed, or, where it
    /// is not kept, during the call that made this.
    @unsafe
    private struct Place {
        let start: UnsafeMutablePointer<UInt8>
        let count: Int
        let isKept: Bool
        let flags: UInt8

        /// Nobody copies what is kept; and there names are made lower case, which else the library
        /// does.
        init(of text: UnsafeBufferPointer<UInt8>, _ state: State) {
            guard let base = text.baseAddress else { preconditionFailure("a head has a text") }
            let storage = unsafe state.pointee.workspace
            let kept = unsafe state.pointee.headTexts.keep(text, in: &storage.pointee.memory)
            unsafe start = unsafe kept ?? UnsafeMutablePointer(mutating: base)
            unsafe count = text.count
            unsafe isKept = unsafe kept != nil
            let uncopied =
                NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
            unsafe flags = unsafe isKept ? UInt8(uncopied) : 0
        }

        /// Makes a name lower case.
        func lower(_ name: Range<Int>) {
            // SAFETY: the caller has checked the range; the text is our own copy.
            var index = name.lowerBound
            let last = name.upperBound - 8
            if last >= index {
                while index < last {
                    unsafe lowerWord(index)
                    index += 8
                }
                return unsafe lowerWord(last)
            }
            while index < name.upperBound {
                unsafe start[index] = unsafe ASCII.lowered(start[index])
                index += 1
            }
        }

        private func lowerWord(_ index: Int) {
            let raw = unsafe UnsafeMutableRawPointer(start + index)
            let word = unsafe raw.loadUnaligned(as: UInt64.self)
            unsafe raw.storeBytes(of: ASCII.lowered(word), as: UInt64.self)
        }
    }

    private static func addLines(_ index: borrowing HeadIndex, _ place: Place, _ storage: Storage) {
        let lines = index.lines.span
        let start = unsafe place.start
        let count = unsafe place.count
        let flags = unsafe place.flags
        let unindexed = flags | UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)
        for number in lines.indices {
            let line = lines[number]
            let name = Int(line.start)
            let nameCount = Int(line.nameCount)
            let value = name &+ nameCount &+ 2
            precondition(value &+ Int(line.valueCount) <= count)
            // SAFETY: both lie in the text, as was checked.
            if line.kind == .authority {
                unsafe add(":authority", place, value..<value + Int(line.valueCount), storage)
                continue
            }
            if !line.isLower, unsafe place.isKept {
                unsafe place.lower(name..<name + nameCount)
            }
            unsafe add(
                nghttp2_nv(
                    name: start + name, value: start + value, namelen: nameCount,
                    valuelen: Int(line.valueCount),
                    flags: line.kind == .changing ? unindexed : flags), storage)
        }
    }

    private static func add(
        _ name: StaticString, _ place: Place, _ value: Range<Int>, _ storage: Storage
    ) {
        precondition(unsafe value.upperBound <= place.count)
        // SAFETY: a static string lives for ever; the library only reads; the range was checked.
        unsafe add(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.utf8Start),
                value: place.start + value.lowerBound, namelen: name.utf8CodeUnitCount,
                valuelen: value.count, flags: place.flags), storage)
    }

    private static func add(_ name: StaticString, _ value: StaticString, _ storage: Storage) {
        // SAFETY: as above.
        unsafe add(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.utf8Start),
                value: UnsafeMutablePointer(mutating: value.utf8Start),
                namelen: name.utf8CodeUnitCount, valuelen: value.utf8CodeUnitCount, flags: 0),
            storage)
    }

    private static func add(_ field: nghttp2_nv, _ storage: Storage) {
        // SAFETY: the storage outlives the session; there is room for more fields than a head has.
        if unsafe storage.pointee.fields.isFull { return }
        unsafe storage.pointee.fields.append(field)
    }
}
