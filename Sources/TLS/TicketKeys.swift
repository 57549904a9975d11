internal import COpenSSL
internal import Synchronization

/// The keys of session tickets, shared by all workers: the newest encrypts, the last three decrypt.
///
/// A key has 80 bytes as in nginx's files: 16 name, 32 HMAC-SHA256, 32 AES-256.
package final class TicketKeys: Sendable {
    package static var keySize: Int { TicketKey.size }
    /// LIMIT: keys that are kept.
    package static let countMax = 3

    /// The newest first; held only to copy it, and only in handshakes.
    private let keys: Mutex<[TicketKey]>

    /// Starts with a key drawn by OpenSSL.
    package init() { keys = Mutex([TicketKey()]) }

    /// Takes keys from files, the newest first; nil when there is none or one has another size.
    package init?(given bytes: [[UInt8]]) {
        guard let given = Self.read(bytes) else { return nil }
        keys = Mutex(given)
    }

    /// Makes a new key, drawn by OpenSSL, the one that encrypts.
    package func rotate() { push(TicketKey()) }

    /// Replaces all keys by those, the newest first; false when there is none or a wrong size.
    package func replace(by bytes: [[UInt8]]) -> Bool {
        guard let given = Self.read(bytes) else { return false }
        keys.withLock { $0 = given }
        return true
    }

    private static func read(_ bytes: [[UInt8]]) -> [TicketKey]? {
        let keys = bytes.prefix(countMax).compactMap { TicketKey($0) }
        return keys.isEmpty || keys.count < min(bytes.count, countMax) ? nil : keys
    }

    private func push(_ key: TicketKey) {
        keys.withLock { $0 = [key] + $0.prefix(Self.countMax - 1) }
    }

    // MARK: OpenSSL's side

    /// As `SSL_CTX_set_tlsext_ticket_key_evp_cb` wants it for a new ticket: 1, or -1 for an error.
    func seal(
        name: UnsafeMutablePointer<UInt8>, iv: UnsafeMutablePointer<UInt8>,
        _ encryption: OpaquePointer?, _ digest: OpaquePointer?
    ) -> CInt {
        let held = keys.withLock { $0 }
        // SAFETY: passes on what OpenSSL handed.
        return unsafe held[0].sealer(name: name, iv: iv, encryption, digest) ? 1 : -1
    }

    /// The same for a ticket that came: 0 for an unknown key, 2 when the client is to get a newer
    /// one.
    ///
    /// `isUsedOnce`: TLS 1.3's clients use a ticket for one connection (RFC 8446 §C.4), so that each
    /// connection must give the next one.
    func open(
        name: UnsafeMutablePointer<UInt8>, iv: UnsafeMutablePointer<UInt8>,
        _ encryption: OpaquePointer?, _ digest: OpaquePointer?, isUsedOnce: Bool
    ) -> CInt {
        let held = keys.withLock { $0 }
        // SAFETY: passes on what OpenSSL handed.
        guard let index = held.firstIndex(where: { unsafe $0.isNamed(name) }) else { return 0 }
        guard unsafe held[index].opener(iv: iv, encryption, digest) else { return -1 }
        return index == 0 && !isUsedOnce ? 1 : 2
    }
}
