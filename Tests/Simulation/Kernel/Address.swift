/// An IPv4 address and port.
package struct Address: Hashable, Sendable, CustomStringConvertible {
    package var ip: UInt32
    package var port: UInt16

    package init(_ ip: UInt32, _ port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// In network order.
    package var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ip >> $0) } }
    package var text: String { bytes.map { "\($0)" }.joined(separator: ".") }
    package var description: String { "\(text):\(port)" }
}
