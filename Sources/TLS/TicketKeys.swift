/// The keys of session tickets, shared by all workers: the newest encrypts, the last three decrypt.
///
/// A key has 80 bytes as in nginx's files: 16 name, 32 HMAC-SHA256, 32 AES-256.
package final class TicketKeys: Sendable {
    package static let keySize = 80
    /// Keys that are kept.
    package static let countMax = 3

    /// Starts with a key drawn by OpenSSL.
    package init() {}

    /// Takes keys from files, the newest first; nil when there is none or one has another size.
    package init?(given keys: [[UInt8]]) { return nil }

    /// Makes a new key, drawn by OpenSSL, the one that encrypts.
    package func rotate() {}

    /// Makes `key` the one that encrypts; false when it has another size.
    package func rotate(newKey key: [UInt8]) -> Bool { false }

    /// Replaces all keys by those, the newest first; false when there is none or a wrong size.
    package func replace(by keys: [[UInt8]]) -> Bool { false }
}
