internal import Bytes
package import TLS

/// Keys of session tickets that replicas share, read from files.
package struct TicketKeyFiles: Sendable {
    package let paths: [String]

    package init(_ paths: [String]) { self.paths = paths }

    /// The keys of the files, the newest first; random ones where there is no file.
    package func open() throws(GatewayFault) -> TicketKeys {
        if paths.isEmpty { return TicketKeys() }
        guard let keys = TicketKeys(given: try read()) else { throw wrongCount }
        return keys
    }

    /// Reads the files again; keys that cannot be read leave the old ones.
    package func reload(_ keys: TicketKeys) throws(GatewayFault) {
        if paths.isEmpty { return }
        guard keys.replace(by: try read()) else { throw wrongCount }
    }

    private func read() throws(GatewayFault) -> [[UInt8]] {
        guard paths.count <= TicketKeys.countMax else { throw wrongCount }
        var keys: [[UInt8]] = []
        for path in paths {
            do throws(SmallFile.Refusal) {
                let bytes = try SmallFile.bytes(path, sizeMax: TicketKeys.keySize + 1)
                guard bytes.count == TicketKeys.keySize else { throw .noFile }
                keys.append(bytes)
            } catch {
                let wrong = error == .absent ? error.text : "no ticket key"
                throw GatewayFault(
                    "ticket-keys: \(path): \(wrong), a file of \(TicketKeys.keySize) random "
                        + "bytes would be right")
            }
        }
        return keys
    }

    private var wrongCount: GatewayFault {
        GatewayFault(
            "ticket-keys: \(paths.count) files, up to \(TicketKeys.countMax) would be right")
    }
}
