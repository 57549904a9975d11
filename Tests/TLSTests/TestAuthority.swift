import COpenSSL

/// Keys and certificates made while the tests run: none is kept anywhere.
final class TestAuthority {
    enum Kind { case p256, rsa(Int), ed25519 }

    /// What a certificate is to say.
    struct Wish {
        var names: [String] = []
        var uris: [String] = []
        var common = "test"
        var kind = Kind.p256
        var digest = "SHA256"
        /// Until it ends, and from when it is good.
        var days = 30
        var seconds = 0
        var hoursAgo = 1
        var isAuthority = false
        /// The extended key usage, as OpenSSL writes it.
        var usage: String?
        /// Without a SAN even if there are names.
        var isBare = false
    }

    let key: OpaquePointer
    let certificate: OpaquePointer

    init(common: String = "test CA") {
        key = Self.makeKey(.p256)
        var wish = Wish()
        wish.common = common
        wish.isAuthority = true
        certificate = Self.make(wish, key: key, issuer: nil, signer: key)
    }

    /// An intermediate authority.
    init(common: String, under issuer: TestAuthority) {
        key = Self.makeKey(.p256)
        var wish = Wish()
        wish.common = common
        wish.isAuthority = true
        certificate = Self.make(
            wish, key: key, issuer: issuer.certificate, signer: issuer.key)
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    var pem: [UInt8] { Self.pem { PEM_write_bio_X509($0, certificate) } }

    /// PEM texts of a leaf signed by this authority and of its key.
    func leaf(_ wish: Wish) -> (chain: [UInt8], key: [UInt8]) {
        let pair = Self.makeKey(wish.kind)
        let leaf = Self.make(wish, key: pair, issuer: certificate, signer: key)
        defer {
            X509_free(leaf)
            EVP_PKEY_free(pair)
        }
        return (
            Self.pem { PEM_write_bio_X509($0, leaf) },
            Self.pem { PEM_write_bio_PrivateKey($0, pair, nil, nil, 0, nil, nil) }
        )
    }

    func leaf(_ names: String...) -> (chain: [UInt8], key: [UInt8]) {
        leaf(Wish(names: names, common: names.first ?? "test"))
    }

    static func makeKey(_ kind: Kind) -> OpaquePointer {
        let name =
            switch kind {
            case .p256: "EC"
            case .rsa: "RSA"
            case .ed25519: "ED25519"
            }
        let context = EVP_PKEY_CTX_new_from_name(nil, name, nil)
        defer { EVP_PKEY_CTX_free(context) }
        EVP_PKEY_keygen_init(context)
        if case .p256 = kind { EVP_PKEY_CTX_set_group_name(context, "P-256") }
        if case .rsa(let bits) = kind { EVP_PKEY_CTX_set_rsa_keygen_bits(context, CInt(bits)) }
        var key: OpaquePointer?
        EVP_PKEY_generate(context, &key)
        guard let key else { preconditionFailure("no key") }
        return key
    }

    private static func make(
        _ wish: Wish, key: OpaquePointer, issuer: OpaquePointer?, signer: OpaquePointer
    ) -> OpaquePointer {
        guard let certificate = X509_new() else { preconditionFailure("no certificate") }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), .random(in: 1...1 << 40))
        X509_gmtime_adj(X509_getm_notBefore(certificate), wish.hoursAgo * -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), wish.days * 86_400 + wish.seconds)
        X509_set_pubkey(certificate, key)
        let subject = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, wish.common, -1, -1, 0)
        X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0) } ?? subject)
        if wish.isAuthority { extend(certificate, NID_basic_constraints, "critical,CA:TRUE") }
        let texts = wish.names.map { "DNS:\($0)" } + wish.uris.map { "URI:\($0)" }
        if !texts.isEmpty, !wish.isBare {
            extend(certificate, NID_subject_alt_name, texts.joined(separator: ","))
        }
        if let usage = wish.usage { extend(certificate, NID_ext_key_usage, usage) }
        let digest: OpaquePointer? =
            EVP_PKEY_get_base_id(signer) == EVP_PKEY_ED25519
            ? nil : EVP_get_digestbyname(wish.digest)
        precondition(X509_sign(certificate, signer, digest) > 0)
        return certificate
    }

    private static func extend(_ certificate: OpaquePointer, _ id: CInt, _ value: String) {
        guard let made = X509V3_EXT_conf_nid(nil, nil, id, value) else {
            preconditionFailure("no extension \(value)")
        }
        X509_add_ext(certificate, made, -1)
        X509_EXTENSION_free(made)
    }

    static func pem(_ write: (OpaquePointer?) -> CInt) -> [UInt8] {
        let writer = BIO_new(BIO_s_mem())
        defer { BIO_free(writer) }
        precondition(write(writer) == 1)
        var start: UnsafeMutablePointer<CChar>?
        let count = weir_bio_memory(writer, &start)
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
