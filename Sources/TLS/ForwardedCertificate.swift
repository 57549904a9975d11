internal import Bytes
internal import COpenSSL

/// A client's certificate as X-Forwarded-Client-Cert writes it, in Envoy's form.
enum ForwardedCertificate {
    /// LIMIT: bytes of the text.
    private static let sizeMax = 8 * 1024

    /// `Hash=…;Subject="…";URI=…;DNS=…`, nil when it would be too long.
    ///
    /// Only visible ASCII and blanks; what else a certificate holds is written in percent codes.
    static func text(of certificate: OpaquePointer) -> [UInt8]? {
        // SAFETY: the certificate is only read.
        var text = Array("Hash=".utf8)
        for byte in Digest.sha256(unsafe X509Facts.encoded(certificate)) {
            append(hexadecimal: byte, upper: false, to: &text)
        }
        text += Array(";Subject=\"".utf8)
        for byte in unsafe subject(certificate) {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                text.append(UInt8(ascii: "\\"))
            }
            append(byte, allowing: UInt8(ascii: " "), to: &text)
        }
        text.append(UInt8(ascii: "\""))
        for (name, type) in [(";URI=", GEN_URI), (";DNS=", GEN_DNS)] {
            for value in unsafe X509Facts.alternatives(certificate, type: type) {
                text += Array(name.utf8)
                append(value: value, to: &text)
                if text.count > sizeMax { return nil }
            }
        }
        return text.count > sizeMax ? nil : text
    }

    /// The subject as RFC 2253 writes it, the most specific part first.
    private static func subject(_ certificate: OpaquePointer) -> [UInt8] {
        // SAFETY: the BIO is ours; its bytes are copied before it is freed.
        guard let writer = unsafe BIO_new(BIO_s_mem()) else { return [] }
        defer { unsafe BIO_free(writer) }
        unsafe X509_NAME_print_ex(
            writer, X509_get_subject_name(certificate), 0, WEIR_NAME_RFC2253)
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe weir_bio_memory(writer, &start)
        return unsafe UnsafeRawBufferPointer(start: start, count: count).map { $0 }
    }

    /// A value that may hold the form's own separators is quoted.
    private static func append(value: [UInt8], to text: inout [UInt8]) {
        let isQuoted = value.contains { [44, 59, 61].contains($0) }
        if isQuoted { text.append(UInt8(ascii: "\"")) }
        for byte in value {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                append(percent: byte, to: &text)
            } else {
                append(byte, allowing: 0x21, to: &text)
            }
        }
        if isQuoted { text.append(UInt8(ascii: "\"")) }
    }

    private static func append(_ byte: UInt8, allowing first: UInt8, to text: inout [UInt8]) {
        if byte >= first && byte <= 0x7e {
            text.append(byte)
        } else {
            append(percent: byte, to: &text)
        }
    }

    private static func append(percent byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "%"))
        append(hexadecimal: byte, upper: true, to: &text)
    }

    private static func append(hexadecimal byte: UInt8, upper: Bool, to text: inout [UInt8]) {
        let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
}
