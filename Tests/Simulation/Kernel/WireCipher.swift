/// What seals a connection between a far end and the worker, on the far end's side.
package protocol WireCipher: AnyObject {
    /// Whether the handshake is over.
    var isEstablished: Bool { get }
    /// What is said first.
    func begin() -> [UInt8]
    /// Takes the worker's next bytes.
    func open(_ bytes: [UInt8]) -> Unsealed
    /// Only once the handshake is over.
    func seal(_ bytes: [UInt8]) -> [UInt8]
    /// Says that nothing more is said.
    func close() -> [UInt8]
}

/// What came of sealed bytes.
package struct Unsealed {
    package var plain: [UInt8]
    /// What must be said, as the handshake wants it.
    package var answer: [UInt8]
    /// What is wrong with them.
    package var fault: String?

    package init(plain: [UInt8], answer: [UInt8], fault: String?) {
        self.plain = plain
        self.answer = answer
        self.fault = fault
    }
}
