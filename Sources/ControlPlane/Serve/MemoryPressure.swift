internal import DataPlane

/// What to shed at so much resident memory: in steps upwards, and later back than forth, so that
/// the gateway does not waver.
///
/// Refusing helps against memory that clients take. Where it does not help for a minute, the memory
/// is the table's, say, and nobody is refused for it any longer: the limit is put just above what is
/// in use, until that has fallen.
struct MemoryPressure {
    /// Measures, ten a second, for which load is shed in vain.
    static let patience = 600

    /// In bytes.
    let limit: Int
    private(set) var shedding = Shedding.nothing
    /// The limit that counts now.
    private(set) var ceiling: Int
    private var inVain = 0

    init(limit: Int) {
        self.limit = limit
        ceiling = limit
    }

    /// Below this everything is served again, and above it spare memory is given back.
    private var easeAt: Int { ceiling / 100 * 95 }
    /// From here on new requests are refused too.
    private var requestsAt: Int { ceiling / 100 * 105 }

    /// Takes a newer measure; true when something else is shed now.
    mutating func take(resident: Int) -> Bool {
        let before = shedding
        if resident < limit / 100 * 95 { ceiling = limit }
        inVain = before >= .connections ? inVain + 1 : 0
        if inVain > Self.patience {
            inVain = 0
            ceiling = max(ceiling, resident / 100 * 106)
            shedding = .spareMemory
            return true
        }
        if resident >= requestsAt || before == .requests && resident >= ceiling {
            shedding = .requests
        } else if resident >= ceiling || before >= .connections && resident >= easeAt {
            shedding = .connections
        } else {
            shedding = resident >= easeAt ? .spareMemory : .nothing
        }
        return shedding != before
    }
}
