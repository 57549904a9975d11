internal import COpenSSL

/// One key of session tickets: AES-256-CBC, then HMAC-SHA256 (RFC 5077 §4).
struct TicketKey: Sendable {
    /// 16 bytes name, 32 HMAC, 32 AES, as in nginx's files.
    private let bytes: [UInt8]
    static let nameSize = 16
    private static let secretSize = 32
    static let size = nameSize + 2 * secretSize

    /// SAFETY: fetched once; never freed, and only read by all workers.
    nonisolated(unsafe) private static let cipher = unsafe EVP_CIPHER_fetch(
        nil, "AES-256-CBC", nil)

    /// Nil when the key has another size than 80 bytes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = bytes
    }

    /// A key drawn by OpenSSL.
    init() {
        var drawn = [UInt8](repeating: 0, count: Self.size)
        // SAFETY: writes as many bytes as the array has.
        let done = unsafe RAND_bytes(&drawn, CInt(Self.size))
        precondition(done == 1, "OpenSSL has no entropy")
        bytes = drawn
    }

    /// Whether this is the key of that name (16 bytes).
    func isNamed(_ name: UnsafePointer<UInt8>) -> Bool {
        // SAFETY: the caller's name has 16 bytes.
        (0..<Self.nameSize).allSatisfy { unsafe name[$0] == bytes[$0] }
    }

    /// Prepares both contexts to make a ticket: writes the name and a fresh IV too.
    func sealer(
        name: UnsafeMutablePointer<UInt8>, iv: UnsafeMutablePointer<UInt8>,
        _ encryption: OpaquePointer?, _ digest: OpaquePointer?
    ) -> Bool {
        // SAFETY: OpenSSL hands 16 bytes for the name and EVP_MAX_IV_LENGTH for the IV.
        for index in 0..<Self.nameSize { unsafe name[index] = bytes[index] }
        guard unsafe RAND_bytes(iv, EVP_CIPHER_get_iv_length(Self.cipher)) == 1 else {
            return false
        }
        return unsafe bytes.withUnsafeBufferPointer { key in
            guard let start = key.baseAddress else { return false }
            return unsafe EVP_EncryptInit_ex2(
                encryption, Self.cipher, start + Self.nameSize + Self.secretSize, iv, nil) == 1
                && weir_mac_set_key(digest, start + Self.nameSize, Self.secretSize) == 1
        }
    }

    /// Prepares both contexts to read a ticket.
    func opener(
        iv: UnsafeMutablePointer<UInt8>, _ encryption: OpaquePointer?, _ digest: OpaquePointer?
    ) -> Bool {
        // SAFETY: the IV was cut from the ticket by OpenSSL; the key's bytes are copied inside.
        unsafe bytes.withUnsafeBufferPointer { key in
            guard let start = key.baseAddress else { return false }
            return unsafe EVP_DecryptInit_ex2(
                encryption, Self.cipher, start + Self.nameSize + Self.secretSize, iv, nil) == 1
                && weir_mac_set_key(digest, start + Self.nameSize, Self.secretSize) == 1
        }
    }
}

extension TicketKey: CustomStringConvertible, CustomReflectable {
    var description: String { "ticket key" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
