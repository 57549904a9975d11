/// How an upstream answers one request.
package struct AnswerPlan: Sendable {
    /// How far it comes.
    package enum Course: Sendable {
        case whole
        /// Ends before the first byte.
        case diesAtOnce
        /// Ends within its head, after so many bytes.
        case diesInHead(Int)
        /// Ends within its body, after so many thousandths of it.
        case diesInBody(Int)
        /// Says something interim, and ends.
        case diesAfterInterim
        /// Says what is no HTTP.
        case babbles
    }

    /// How its body is framed.
    package enum Framing: Sendable { case length, chunked, untilClose }

    package var course = Course.whole
    /// Where it ends, by a reset.
    package var resets = false
    package var framing = Framing.length
    /// Microseconds before it begins, at most.
    package var delay = 100
    /// It does not wait for the request's end.
    package var isEarly = false
    package var hasInterim = false
    package var hasTrailer = false
    package var status = 200
    /// It says that the connection ends with it.
    package var closes = false
    /// Pieces in which it is said.
    package var pieces = 1

    package init() {}

    package init(_ dice: Dice, isRough: Bool) {
        framing = dice.pick([.length, .length, .chunked, .untilClose])
        delay = dice.pick([0, 100, 2000, 50_000, 2_000_000])
        hasInterim = dice.chance(100)
        hasTrailer = framing == .chunked && dice.chance(300)
        status = dice.pick([200, 200, 200, 200, 404, 500, 503, 204, 304])
        closes = framing == .untilClose || dice.chance(100)
        pieces = dice.between(1, 4)
        resets = dice.chance(500)
        guard isRough else { return }
        isEarly = dice.chance(100)
        switch dice.below(16) {
        case 0: course = .diesAtOnce
        case 1: course = .diesInHead(dice.between(1, 60))
        case 2: course = .diesInBody(dice.below(1000))
        case 3: course = .diesAfterInterim
        case 4: course = .babbles
        default: break
        }
    }

    package var isWhole: Bool {
        if case .whole = course { return true }
        return false
    }
}
