import COpenSSL

/// A TLS server over memory BIOs, for one connection: not ours, to be asked by us.
final class TestUpstream {
    struct Wish {
        var versions = TLS1_2_VERSION...TLS1_3_VERSION
        /// Nil does not know ALPN.
        var alpn: [String]?
        /// Chooses this without looking at what was offered.
        var imposes: String?
        var groups: String?
        var asksForCertificate = false
    }

    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private let choice: Choice
    private(set) var plain: [UInt8] = []
    private(set) var isEstablished = false
    private(set) var isClosed = false
    /// The alert or fault that ended it.
    private(set) var reason: String?

    /// What the callback looks at.
    private final class Choice {
        let ours: [UInt8]
        let imposed: [UInt8]?

        init(_ wish: Wish) {
            ours = (wish.alpn ?? []).flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
            imposed = wish.imposes.map { Array($0.utf8) }
        }
    }

    /// Shows the leaf, then the certificates above it.
    init(
        _ pair: (chain: [UInt8], key: [UInt8]), above: [TestAuthority] = [], _ wish: Wish = Wish()
    ) {
        guard let context = SSL_CTX_new(TLS_server_method()), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { preconditionFailure("no upstream") }
        self.context = context
        self.incoming = incoming
        self.outgoing = outgoing
        choice = Choice(wish)
        SSL_CTX_set_security_level(context, 1)
        weir_ctx_set_min_version(context, wish.versions.lowerBound)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(wish.versions.upperBound), nil)
        if let groups = wish.groups { weir_ctx_set_groups(context, groups) }
        if wish.alpn != nil || wish.imposes != nil {
            SSL_CTX_set_alpn_select_cb(
                context, Self.choose, Unmanaged.passUnretained(choice).toOpaque())
        }
        if wish.asksForCertificate {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        guard let ssl = SSL_new(context) else { preconditionFailure("no upstream") }
        self.ssl = ssl
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_accept_state(ssl)
        use(pair, above: above)
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
        ERR_clear_error()
    }

    private func use(_ pair: (chain: [UInt8], key: [UInt8]), above: [TestAuthority]) {
        pair.chain.withUnsafeBytes { bytes in
            let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count))
            let certificate = PEM_read_bio_X509(reader, nil, nil, nil)
            SSL_use_certificate(ssl, certificate)
            X509_free(certificate)
            BIO_free(reader)
        }
        pair.key.withUnsafeBytes { bytes in
            let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count))
            let key = PEM_read_bio_PrivateKey(reader, nil, nil, nil)
            SSL_use_PrivateKey(ssl, key)
            EVP_PKEY_free(key)
            BIO_free(reader)
        }
        for authority in above {
            SSL_ctrl(
                ssl, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(authority.certificate))
        }
    }

    private static let choose:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
            UnsafeMutablePointer<UInt8>?, UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> CInt = { _, chosen, chosenCount, offered, offeredCount, data in
            guard let data else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            let choice = Unmanaged<Choice>.fromOpaque(data).takeUnretainedValue()
            if let imposed = choice.imposed {
                return imposed.withUnsafeBufferPointer {
                    // The array lives as long as the upstream.
                    chosen?.pointee = $0.baseAddress
                    chosenCount?.pointee = UInt8($0.count)
                    return SSL_TLSEXT_ERR_OK
                }
            }
            var found: UnsafeMutablePointer<UInt8>?
            let status = SSL_select_next_proto(
                &found, chosenCount, choice.ours, UInt32(choice.ours.count), offered, offeredCount)
            guard status == OPENSSL_NPN_NEGOTIATED, let found, let offered else {
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }
            // What was found may lie in a copy of ours: the same name among the offered stays.
            var place = 0
            while place < Int(offeredCount) {
                let count = Int(offered[place])
                if count == Int(chosenCount?.pointee ?? 0),
                    (0..<count).allSatisfy({ offered[place + 1 + $0] == found[$0] })
                {
                    chosen?.pointee = offered + place + 1
                    return SSL_TLSEXT_ERR_OK
                }
                place += 1 + count
            }
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }

    /// Takes what we sent, and goes on as far as it can.
    func receive(_ bytes: [UInt8]) {
        if !bytes.isEmpty { BIO_write(incoming, bytes, CInt(bytes.count)) }
        if !isEstablished {
            let status = SSL_do_handshake(ssl)
            if status != 1 { return note(status) }
            isEstablished = true
        }
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while true {
            let count = SSL_read(ssl, &buffer, CInt(buffer.count))
            if count <= 0 { return note(count) }
            plain += buffer.prefix(Int(count))
        }
    }

    private func note(_ status: CInt) {
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: isClosed = true
        default:
            let text = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) }
            if reason == nil { reason = text ?? "unknown" }
        }
        ERR_clear_error()
    }

    func write(_ bytes: [UInt8]) {
        precondition(SSL_write(ssl, bytes, CInt(bytes.count)) == CInt(bytes.count))
    }

    func close() { SSL_shutdown(ssl) }

    /// What waits to be sent.
    func take() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while true {
            let count = BIO_read(outgoing, &buffer, CInt(buffer.count))
            if count <= 0 { break }
            bytes += buffer.prefix(Int(count))
        }
        ERR_clear_error()
        return bytes
    }

    /// The server name that we asked for.
    var serverName: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }
}
