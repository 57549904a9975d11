internal import COpenSSL

/// Base64 as Kubernetes writes Secrets (RFC 4648 §4).
package enum Base64 {
    /// The bytes; white space is skipped, nil when anything else is wrong.
    package static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        let text = bytes.filter { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        // OpenSSL's decoder would skip characters at both ends, and take padding anywhere.
        let body = text.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.count - body.count
        guard text.count % 4 == 0, padding <= 2, body.allSatisfy(isDigit),
            text.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return nil }
        var decoded = [UInt8](repeating: 0, count: text.count / 4 * 3)
        // SAFETY: four characters make three bytes, so the array holds what is written.
        guard unsafe EVP_DecodeBlock(&decoded, text, CInt(text.count)) == decoded.count else {
            ErrorQueue.clear()
            return nil
        }
        decoded.removeLast(padding)
        return decoded
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
