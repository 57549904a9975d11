internal import COpenSSL

/// What is read from one certificate or key; every function only looks at it.
enum X509Facts {
    /// LIMIT: strength in bits below which clients refuse (OpenSSL's security level 2).
    private static let strengthMin: CInt = 112
    /// LIMIT: larger keys only cost handshakes.
    private static let sizeMax: CInt = 8192

    /// DNS names of the SAN, or the common name where it has none; what is no host name is left out.
    static func names(_ certificate: OpaquePointer) -> [String] {
        // SAFETY: the certificate is only read.
        let named = unsafe alternatives(certificate, type: GEN_DNS).compactMap(HostNames.normal)
        if !named.isEmpty { return named }
        return unsafe commonName(certificate).flatMap(HostNames.normal).map { [$0] } ?? []
    }

    /// The texts of the SAN of one type (GEN_DNS, GEN_URI), as their bytes.
    static func alternatives(_ certificate: OpaquePointer, type: CInt) -> [[UInt8]] {
        // SAFETY: the decoded list is ours and freed below; texts are copied before.
        guard let list = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else {
            ErrorQueue.clear()
            return []
        }
        let names = OpaquePointer(list)
        defer { unsafe GENERAL_NAMES_free(names) }
        var texts: [[UInt8]] = []
        for index in 0..<(unsafe weir_general_names_count(names))
        where unsafe weir_general_name_type(names, index) == type {
            if let text = unsafe weir_general_name_text(names, index) {
                texts.append(unsafe bytes(text))
            }
        }
        return texts
    }

    private static func commonName(_ certificate: OpaquePointer) -> [UInt8]? {
        // SAFETY: name, entry and text belong to the certificate.
        let subject = unsafe X509_get_subject_name(certificate)
        let index = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard index >= 0, let entry = unsafe X509_NAME_get_entry(subject, index),
            let text = unsafe X509_NAME_ENTRY_get_data(entry)
        else { return nil }
        return unsafe bytes(text)
    }

    private static func bytes(_ text: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        // SAFETY: the string holds as many bytes as it says.
        unsafe Array(
            UnsafeBufferPointer(
                start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text))))
    }

    /// The DER bytes.
    static func encoded(_ certificate: OpaquePointer) -> [UInt8] {
        // SAFETY: with no place given OpenSSL allocates the bytes, which are freed here.
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509(certificate, &start)
        guard count > 0, let bytes = unsafe start else { return [] }
        defer { unsafe weir_openssl_free(bytes) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// Unix time of an ASN.1 time; 0 when it does not parse.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var days: CInt = 0
        var seconds: CInt = 0
        // SAFETY: the epoch is ours; both times are only read.
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
        defer { unsafe ASN1_STRING_free(epoch) }
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
            ErrorQueue.clear()
            return 0
        }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    /// Type and size of a key that clients refuse, such as `RSA 1024`; nil for a good one.
    static func weakness(ofKey key: OpaquePointer) -> String? {
        // SAFETY: the key is only read; its type's name lives as long as the process.
        let bits = unsafe EVP_PKEY_get_bits(key)
        let isKnown = [EVP_PKEY_RSA, EVP_PKEY_RSA_PSS, EVP_PKEY_EC, EVP_PKEY_ED25519]
            .contains(unsafe EVP_PKEY_get_base_id(key))
        let strength = unsafe EVP_PKEY_get_security_bits(key)
        if isKnown, strength >= strengthMin, bits <= sizeMax { return nil }
        let name = unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) }
        return "\(name ?? "key") \(bits)"
    }

    /// Whether the signature's digest is broken (MD5, SHA-1); a self-signed one does not count.
    static func isWeaklySigned(_ certificate: OpaquePointer) -> Bool {
        var strength: CInt = 0
        // SAFETY: the certificate is only read.
        if unsafe X509_self_signed(certificate, 0) == 1 { return false }
        guard unsafe X509_get_signature_info(certificate, nil, nil, &strength, nil) == 1 else {
            return true
        }
        return strength < strengthMin
    }
}
