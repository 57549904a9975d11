internal import DataPlane

/// What to shed at so much resident memory: in steps upwards, and later back than forth, so that
/// the gateway does not waver.
struct MemoryPressure {
    /// In bytes.
    let limit: Int
    private(set) var shedding = Shedding.nothing

    init(limit: Int) { self.limit = limit }

    /// Below this everything is served again, and above it spare memory is given back.
    private var easeAt: Int { limit / 100 * 95 }
    /// From here on new requests are refused too.
    private var requestsAt: Int { limit / 100 * 105 }

    /// Takes a newer measure; true when something else is shed now.
    mutating func take(resident: Int) -> Bool {
        let before = shedding
        if resident >= requestsAt || before == .requests && resident >= limit {
            shedding = .requests
        } else if resident >= limit || before >= .connections && resident >= easeAt {
            shedding = .connections
        } else {
            shedding = resident >= easeAt ? .spareMemory : .nothing
        }
        return shedding != before
    }
}
