/// What clients and upstreams share: the kernel, the books, and where the worker listens.
package final class Stage {
    package let kernel: SimulatedKernel
    package let ledger = Ledger()
    package let port: UInt16 = 8080
    package let securePort: UInt16 = 8443
    /// Upstreams fail.
    package let isRough: Bool

    /// How asks are answered whose answer is not drawn, by their number.
    package var plans: [Int: AnswerPlan] = [:]

    package init(kernel: SimulatedKernel, isRough: Bool) {
        self.kernel = kernel
        self.isRough = isRough
        let ledger = ledger
        kernel.tellFault = { [unowned kernel] fault, wire in
            ledger.note(.kernel(fault), at: kernel.now, on: wire)
        }
    }

    /// Makes what seals a client's connection, for HTTP/2 or HTTP/1.1.
    package var makeCipher: (_ isHTTP2: Bool) -> (any WireCipher)? = { _ in nil }

    /// What answers the key of a WebSocket (RFC 6455 §4.2.2).
    package var answerKey: (_ key: String) -> String = { _ in "" }

    static func address(of client: Int) -> UInt32 { 0xc633_6400 + UInt32(client) }

    /// A client's connection, over TLS or not.
    func connect(_ client: Int, _ far: any FarEnd, isSealed: Bool, isHTTP2: Bool) -> Wire {
        let wire = kernel.connect(
            to: isSealed ? securePort : port, from: Self.address(of: client), far)
        if isSealed { wire.cipher = makeCipher(isHTTP2) }
        return wire
    }

    func plan(_ ask: Ask) -> AnswerPlan {
        plans[ask.number] ?? AnswerPlan(kernel.dice, isRough: isRough)
    }

    package var dice: Dice { kernel.dice }
    package var now: UInt64 { kernel.now }
}
