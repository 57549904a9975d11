import CNghttp2

/// Reads the header blocks of one connection, in order, by the library's inflater.
package final class HPACKReader {
    private var inflater: OpaquePointer?

    package init() {
        let status = nghttp2_hd_inflate_new(&inflater)
        precondition(status == 0, "no memory for an inflater")
    }

    deinit { nghttp2_hd_inflate_del(inflater) }

    /// Reads one whole block.
    package func read(_ block: [UInt8]) throws -> [FieldLine] {
        var fields: [FieldLine] = []
        var at = 0
        while true {
            var field = nghttp2_nv()
            var flags: Int32 = 0
            let count = block.withUnsafeBufferPointer { bytes in
                nghttp2_hd_inflate_hd2(
                    inflater, &field, &flags, bytes.baseAddress.map { $0 + at }, block.count - at,
                    1)
            }
            guard count >= 0 else {
                let why = String(cString: nghttp2_strerror(Int32(count)))
                throw WireFault.malformed("a header block of \(block.count) bytes: \(why)")
            }
            at += count
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                fields.append(Self.copy(field))
            } else if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 || at == block.count {
                nghttp2_hd_inflate_end_headers(inflater)
                return fields
            }
        }
    }

    private static func copy(_ field: nghttp2_nv) -> FieldLine {
        let name = UnsafeBufferPointer(start: field.name, count: field.namelen)
        let value = UnsafeBufferPointer(start: field.value, count: field.valuelen)
        return FieldLine(
            String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
}
