import COpenSSL

extension TestAuthority {
    /// A good OCSP response for the first certificate of a PEM text.
    func staple(for chain: [UInt8], hours: Int) -> [UInt8] {
        let leaf = chain.withUnsafeBytes { bytes in
            let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count))
            defer { BIO_free(reader) }
            return PEM_read_bio_X509(reader, nil, nil, nil)
        }
        defer { X509_free(leaf) }
        let basic = OCSP_BASICRESP_new()
        defer { OCSP_BASICRESP_free(basic) }
        let id = OCSP_cert_to_id(EVP_sha1(), leaf, certificate)
        defer { OCSP_CERTID_free(id) }
        let this = X509_gmtime_adj(nil, -7200)
        let next = X509_gmtime_adj(nil, hours * 3600)
        defer {
            ASN1_STRING_free(this)
            ASN1_STRING_free(next)
        }
        OCSP_basic_add1_status(basic, id, V_OCSP_CERTSTATUS_GOOD, 0, nil, this, next)
        OCSP_basic_sign(basic, certificate, key, EVP_sha256(), nil, 0)
        let response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)
        defer { OCSP_RESPONSE_free(response) }
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_OCSP_RESPONSE(response, &start)
        defer { weir_openssl_free(start) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// The same key under a password.
    static func encrypted(_ key: [UInt8]) -> [UInt8] {
        let pair = key.withUnsafeBytes { bytes in
            let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count))
            defer { BIO_free(reader) }
            return PEM_read_bio_PrivateKey(reader, nil, nil, nil)
        }
        defer { EVP_PKEY_free(pair) }
        return pem {
            PEM_write_bio_PrivateKey($0, pair, EVP_aes_256_cbc(), "password", 8, nil, nil)
        }
    }
}
