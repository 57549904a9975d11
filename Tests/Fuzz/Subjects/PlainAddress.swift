import Foundation

/// Addresses as the C library reads them, to compare against.
enum PlainAddress {
    /// Network order; nil where the text is none of that family.
    static func bytes(_ text: some Sequence<UInt8>, isIPv6: Bool) -> [UInt8]? {
        var text = text.map { CChar(bitPattern: $0) }
        if text.contains(0) { return nil }
        text.append(0)
        var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        let isRead = inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &bytes) == 1
        return isRead ? bytes : nil
    }
}
