/// What clients and upstreams share: the kernel, the books, and where the worker listens.
package final class Stage {
    package let kernel: SimulatedKernel
    package let ledger = Ledger()
    package let port: UInt16 = 8080
    /// Upstreams fail.
    package let isRough: Bool

    /// How asks are answered whose answer is not drawn, by their number.
    package var plans: [Int: AnswerPlan] = [:]

    package init(kernel: SimulatedKernel, isRough: Bool) {
        self.kernel = kernel
        self.isRough = isRough
        let ledger = ledger
        kernel.tellFault = { [unowned kernel] fault in
            ledger.note(.kernel(fault), at: kernel.now)
        }
    }

    func plan(_ ask: Ask) -> AnswerPlan {
        plans[ask.number] ?? AnswerPlan(kernel.dice, isRough: isRough)
    }

    package var dice: Dice { kernel.dice }
    package var now: UInt64 { kernel.now }
}
