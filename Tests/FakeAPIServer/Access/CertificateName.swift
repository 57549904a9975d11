/// The common name in the subject of a certificate, read from its DER bytes.
enum CertificateName {
    static func commonName(der: [UInt8]) -> String? {
        // Certificate, then what is signed: version, serial, algorithm, issuer, validity, subject.
        guard let certificate = elements(der[...]).first,
            let signed = elements(certificate.body).first
        else { return nil }
        let parts = elements(signed.body)
        let start = parts.first?.tag == 0xa0 ? 1 : 0
        guard parts.count > start + 4 else { return nil }
        for set in elements(parts[start + 4].body) {
            for attribute in elements(set.body) {
                let pair = elements(attribute.body)
                if pair.count == 2, Array(pair[0].body) == [0x55, 0x04, 0x03] {
                    return String(decoding: pair[1].body, as: UTF8.self)
                }
            }
        }
        return nil
    }

    private static func elements(_ bytes: ArraySlice<UInt8>) -> [(
        tag: UInt8, body: ArraySlice<UInt8>
    )] {
        var found: [(tag: UInt8, body: ArraySlice<UInt8>)] = []
        var rest = bytes
        while rest.count >= 2 {
            let tag = rest.removeFirst()
            var length = Int(rest.removeFirst())
            if length >= 0x80 {
                let count = length & 0x7f
                guard count <= 4, rest.count >= count else { return found }
                length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(count)
            }
            guard rest.count >= length else { return found }
            found.append((tag, rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return found
    }
}
