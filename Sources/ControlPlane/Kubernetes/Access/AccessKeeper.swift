internal import NIOSSL

/// Keeps what calls take along: reads files again, runs the plugin again.
actor AccessKeeper {
    /// How often files are looked at.
    private static let lookEvery: Duration = .seconds(60)
    private let access: ClusterAccess
    private let renewEvery: Duration
    private let clock = ContinuousClock()
    private var memos: [String: FileMemo] = [:]
    private var lookDue: ContinuousClock.Instant
    private var current: AccessPass?
    private var serial = 0
    private var renewedAt: ContinuousClock.Instant?
    /// The plugin's last answer.
    private var answer: ExecAnswer?
    /// Why its last run gave none.
    private var failure: APIFault?
    /// The plugin while it runs; whoever comes meanwhile waits for the same run.
    private var run: Task<Result<ExecAnswer, APIFault>, Never>?

    /// `renewEvery` is how often a credential is renewed, or a file looked at, at most, however
    /// often a call fails.
    init(_ access: ClusterAccess, renewEvery: Duration = .seconds(5)) {
        self.access = access
        self.renewEvery = renewEvery
        lookDue = clock.now
    }

    /// What the next call takes along.
    func pass() async throws(APIFault) -> AccessPass {
        if clock.now >= lookDue { look() }
        if case .plugin(let plugin) = access.identity.bearer, answer?.isExpired != false {
            try await renew(plugin)
        }
        if let current { return current }
        let made = try make()
        current = made
        return made
    }

    /// Takes note that a credential was refused; true when there may be a better one now.
    func refuse(_ refused: Int) -> Bool {
        // Somebody else was refused with it, and it was renewed since.
        if refused != serial { return true }
        look()
        if serial != refused { return true }
        guard case .plugin = access.identity.bearer,
            renewedAt.map({ clock.now - $0 >= renewEvery }) ?? true
        else { return false }
        answer = nil
        forget()
        return true
    }

    /// Has files read before the next call: no connection came about.
    func distrust() {
        if clock.now >= lookDue - Self.lookEvery + renewEvery { lookDue = clock.now }
    }

    // MARK: Renewal

    private func look() {
        lookDue = clock.now + Self.lookEvery
        var isNew = false
        for path in memos.keys {
            if memos[path]?.read() == true { isNew = true }
        }
        if isNew { forget() }
    }

    private func forget() {
        current = nil
        serial += 1
    }

    private func renew(_ plugin: ExecPlugin) async throws(APIFault) {
        if let renewedAt, clock.now - renewedAt < renewEvery {
            // What it said just now, good or not: nobody gains by asking in a circle.
            if let failure { throw failure }
            if answer != nil { return }
        }
        let task = run ?? Task { await plugin.run() }
        run = task
        let outcome = await task.value
        // The first one back takes the answer for all.
        if run == task {
            run = nil
            renewedAt = clock.now
            failure = nil
            switch outcome {
            case .success(let found):
                answer = found
                forget()
            case .failure(let fault): failure = fault
            }
        }
        _ = try outcome.get()
    }

    // MARK: Making

    private func make() throws(APIFault) -> AccessPass {
        AccessPass(serial: serial, tls: try tls(), authorization: try authorization())
    }

    private func authorization() throws(APIFault) -> SecretText? {
        switch access.identity.bearer {
        case .nobody: return nil
        case .token(let token): return Self.bearer(token.bytes)
        case .password(let user, let password):
            let pair = Array(user.utf8) + [UInt8(ascii: ":")] + password.bytes
            return SecretText("Basic " + Base64Text.encode(pair))
        case .plugin: return (answer?.token).flatMap { Self.bearer($0.bytes) }
        case .tokenFile(let path):
            let bytes = try content(.file(path))
            guard let token = Self.bearer(bytes) else {
                throw .unauthorized("\(path): no token, one would be right")
            }
            return token
        }
    }

    /// The field for a token; nil where it is none that may stand in a field.
    private static func bearer(_ bytes: [UInt8]) -> SecretText? {
        guard let token = String(validating: bytes, as: UTF8.self)?.trimmed, !token.isEmpty,
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return SecretText("Bearer " + token)
    }

    private func tls() throws(APIFault) -> TLSConfiguration? {
        guard access.server.isTLS else { return nil }
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        if access.isInsecure {
            settings.certificateVerification = .none
        } else if let source = access.authority {
            guard let found = TrustReading.certificates(try content(source)) else {
                throw .unreachable("certificate-authority: no certificate, PEM would be right")
            }
            settings.trustRoots = .certificates(found)
        }
        let chain = answer?.certificate.map { .given($0) } ?? access.identity.certificate
        let key = answer?.key.map { .given($0) } ?? access.identity.key
        if let chain, let key {
            guard let certificates = TrustReading.certificates(try content(chain)),
                let privateKey = TrustReading.key(try content(key))
            else { throw .unauthorized("client-certificate: no certificate with its key") }
            settings.certificateChain = certificates.map { .certificate($0) }
            settings.privateKey = .privateKey(privateKey)
        }
        return settings
    }

    private func content(_ source: PEMSource) throws(APIFault) -> [UInt8] {
        switch source {
        case .given(let text): return text.bytes
        case .file(let path):
            let memo = memos[path] ?? FileMemo(path)
            memos[path] = memo
            if memo.bytes.isEmpty, let problem = memo.problem { throw .unauthorized(problem) }
            return memo.bytes
        }
    }
}
