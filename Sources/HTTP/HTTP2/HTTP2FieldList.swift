internal import Bytes
internal import CNghttp2

/// Heads and trailers that we wrote as HTTP/1 has them, as the library wants them.
///
/// The library copies names and values and makes names lower case before these calls return.
/// Fields of the connection, and what HTTP/2 says in pseudo fields, are left out (RFC 9113 §8.2.2).
enum HTTP2FieldList {
    /// What a request's pseudo fields say besides its own text.
    struct Request {
        var isSecure: Bool
        /// It asks for a WebSocket: extended CONNECT (RFC 8441).
        var isTunnel: Bool
    }

    /// Sends a final or interim response's head; with `hasBody` its bytes follow from the stream.
    static func submitResponse(
        _ state: UnsafeMutablePointer<HTTP2SessionState>, _ stream: Handle, _ text: Span<UInt8>,
        hasBody: Bool
    ) {
        // SAFETY: the fields point into `text`, which the caller lends for this call.
        let storage = unsafe state.pointee.workspace
        let id = unsafe storage.pointee.streams[stream].id
        unsafe storage.pointee.fields.removeAll()
        unsafe text.withUnsafeBufferPointer { bytes in
            guard bytes.count > 12 else { return }
            let isInterim = unsafe bytes[9] == 0x31
            unsafe add(":status", bytes, 9..<12, storage)
            unsafe addLines(of: bytes, storage)
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
        _ request: Request, hasBody: Bool
    ) -> Int32? {
        // SAFETY: as above.
        let storage = unsafe state.pointee.workspace
        unsafe storage.pointee.fields.removeAll()
        let id = unsafe text.withUnsafeBufferPointer { bytes -> Int32 in
            unsafe addRequestLine(of: bytes, request, storage)
            unsafe addLines(of: bytes, storage)
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
        // SAFETY: as above; the trailers stay with the stream.
        let storage = unsafe state.pointee.workspace
        let streams = unsafe storage.pointee.streams
        unsafe storage.pointee.fields.removeAll()
        let text = streams[stream].outputTrailers.bytes
        unsafe text.withUnsafeBufferPointer { bytes in
            unsafe addLines(of: bytes, from: 0, storage)
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

    private static func addRequestLine(
        of bytes: UnsafeBufferPointer<UInt8>, _ request: Request,
        _ storage: UnsafeMutablePointer<HTTP2Workspace.Storage>
    ) {
        // SAFETY: `bytes` is a head that we wrote: method, target, version, then lines.
        let text = unsafe Span(_unsafeElements: bytes)
        let methodEnd = ByteScan.first(0x20, in: text, from: 0)
        let targetEnd = ByteScan.first(0x20, in: text, from: min(methodEnd + 1, text.count))
        if request.isTunnel {
            unsafe add(":method", "CONNECT", storage)
            unsafe add(":protocol", "websocket", storage)
        } else {
            unsafe add(":method", bytes, 0..<methodEnd, storage)
        }
        unsafe add(":scheme", request.isSecure ? "https" : "http", storage)
        unsafe add(":path", bytes, methodEnd + 1..<targetEnd, storage)
    }

    /// Lines behind the first one.
    private static func addLines(
        of bytes: UnsafeBufferPointer<UInt8>,
        _ storage: UnsafeMutablePointer<HTTP2Workspace.Storage>
    ) {
        // SAFETY: as above.
        let text = unsafe Span(_unsafeElements: bytes)
        unsafe addLines(of: bytes, from: ByteScan.first(0x0a, in: text, from: 0) + 1, storage)
    }

    private static func addLines(
        of bytes: UnsafeBufferPointer<UInt8>, from first: Int,
        _ storage: UnsafeMutablePointer<HTTP2Workspace.Storage>
    ) {
        // SAFETY: as above.
        let text = unsafe Span(_unsafeElements: bytes)
        var start = first
        while start < text.count, text[start] != 0x0d {
            let colon = ByteScan.first(0x3a, in: text, from: start)
            let end = ByteScan.first(0x0d, in: text, from: start)
            guard end + 1 < text.count, colon + 2 <= end else { return }
            let name = text.extracting(start..<colon)
            switch FieldName(name) {
            case .host: unsafe add(":authority", bytes, colon + 2..<end, storage)
            case .connection, .transferEncoding, .upgrade, .keepAlive, .proxyConnection,
                .http2Settings:
                break
            case .xRequestID, .traceparent:
                // Another value each time: it would only drive the others out of the table.
                unsafe add(bytes, start..<colon, colon + 2..<end, storage, isIndexed: false)
            default: unsafe add(bytes, start..<colon, colon + 2..<end, storage, isIndexed: true)
            }
            start = end + 2
        }
    }

    private static func add(
        _ name: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ value: Range<Int>,
        _ storage: UnsafeMutablePointer<HTTP2Workspace.Storage>
    ) {
        // SAFETY: a static string lives for ever; the library only reads.
        let start = unsafe UnsafeMutablePointer(mutating: name.utf8Start)
        let text = unsafe bytes.baseAddress.map { unsafe UnsafeMutablePointer(mutating: $0) }
        unsafe add(
            nghttp2_nv(
                name: start, value: text.map { unsafe $0 + value.lowerBound },
                namelen: name.utf8CodeUnitCount, valuelen: value.count, flags: 0), storage)
    }

    private static func add(
        _ name: StaticString, _ value: StaticString,
        _ storage: UnsafeMutablePointer<HTTP2Workspace.Storage>
    ) {
        // SAFETY: as above.
        unsafe add(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.utf8Start),
                value: UnsafeMutablePointer(mutating: value.utf8Start),
                namelen: name.utf8CodeUnitCount, valuelen: value.utf8CodeUnitCount, flags: 0),
            storage)
    }

    private static func add(
        _ bytes: UnsafeBufferPointer<UInt8>, _ name: Range<Int>, _ value: Range<Int>,
        _ storage: UnsafeMutablePointer<HTTP2Workspace.Storage>, isIndexed: Bool
    ) {
        // SAFETY: both ranges lie in the bytes.
        guard let start = bytes.baseAddress else { return }
        let text = unsafe UnsafeMutablePointer(mutating: start)
        unsafe add(
            nghttp2_nv(
                name: text + name.lowerBound, value: text + value.lowerBound,
                namelen: name.count, valuelen: value.count,
                flags: isIndexed ? 0 : UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)), storage)
    }

    private static func add(
        _ field: nghttp2_nv, _ storage: UnsafeMutablePointer<HTTP2Workspace.Storage>
    ) {
        // SAFETY: the storage outlives the session; there is room for more fields than a head has.
        if unsafe storage.pointee.fields.isFull { return }
        unsafe storage.pointee.fields.append(field)
    }
}
