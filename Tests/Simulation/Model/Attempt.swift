/// One time that an upstream saw a request.
package final class Attempt {
    package unowned let ask: Ask
    package let place: Place
    package let wire: Wire
    /// Its place among the attempts of its ask.
    package let index: Int
    /// How the upstream goes on.
    package let plan: AnswerPlan
    /// Bytes of the request's body that came, and whether all did.
    package var bodyCount = 0
    package var isRequestWhole = false
    /// Where its answer begins in what the upstream said; nil before.
    package var answerStart: Int?
    /// All of the answer was said.
    package var isWhole = false
    /// When its upstream ended the tunnel with that.
    package var endedAt: UInt64?
    /// Its connection went down for another's sake.
    package var isLost = false
    /// The upstream said that it did not look at it.
    package var isRefusal = false

    init(ask: Ask, place: Place, wire: Wire, index: Int, plan: AnswerPlan) {
        self.ask = ask
        self.place = place
        self.wire = wire
        self.index = index
        self.plan = plan
    }

    package var seed: UInt64 {
        (UInt64(ask.number) << 20 | UInt64(index) << 16 | 1) &* 0xbf58_476d_1ce4_e5b9
    }

    /// It opens the tunnel that was asked for.
    package var consents: Bool { ask.tunnelSize != nil && plan.status < 300 }

    /// It is no answer that is to be expected of it.
    package var fails: Bool { !plan.isWhole || isLost }

    /// The worker has read some of the answer.
    package var wasHeard: Bool { answerStart.map { wire.readCount > $0 } ?? false }
}
