import TLS

/// Records of TLS: what arrives is never anything but what was said.
///
/// Raw ones are cut anywhere; a conversation of both our sides is cut, changed and broken off on its
/// way.
enum TLSSubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        guard let choice = bytes.first else { return }
        guard let stage = TLSStage.made else { throw Finding("no certificate") }
        let rest = bytes.dropFirst()
        switch choice & 3 {
        case 0: try checkRaw(rest) { () throws(Finding) in try stage.serving() }
        case 1: try checkRaw(rest) { () throws(Finding) in try stage.asking() }
        default: try converse(rest, stage)
        }
    }

    /// Records out of nowhere.
    private static func checkRaw(
        _ bytes: ArraySlice<UInt8>, _ make: () throws(Finding) -> TLSSide
    ) throws(Finding) {
        _ = try Cuts.agree(bytes) { pieces throws(Finding) in
            var side = try make()
            try side.receive([])
            for piece in pieces { try side.receive(piece) }
            return side.told
        }
    }

    private static func converse(
        _ orders: ArraySlice<UInt8>, _ stage: TLSStage
    ) throws(Finding) {
        var client = try stage.asking()
        var server = try stage.serving()
        try client.receive([])
        var asked: [UInt8] = []
        var answered: [UInt8] = []
        var isTouched = false
        var rest = orders
        while let order = rest.popFirst(), let amount = rest.popFirst() {
            let count = Int(amount) << (order & 8 == 0 ? 0 : 5)
            switch order & 7 {
            case 0: try carry(count, from: &client, to: &server)
            case 1: try carry(count, from: &server, to: &client)
            case 2: try carry(.max, from: &client, to: &server)
            case 3: try carry(.max, from: &server, to: &client)
            case 4:
                let text = [UInt8](repeating: amount, count: count)
                if client.seal(text) { asked += text }
            case 5:
                let text = [UInt8](repeating: amount, count: count)
                if server.seal(text) { answered += text }
            case 6:
                isTouched = touch(&client, order, count) || isTouched
            default:
                if order & 16 == 0 {
                    isTouched = touch(&server, order, count) || isTouched
                } else {
                    order & 32 == 0 ? client.close() : server.close()
                }
            }
        }
        try demand(asked.starts(with: server.plain), "the server read what was not said")
        try demand(answered.starts(with: client.plain), "the client read what was not said")
        if isTouched { return }
        for side in [client.progress, server.progress] {
            if case .failed(let fault) = side { throw Finding("failed untouched: \(fault)") }
        }
    }

    private static func carry(
        _ count: Int, from one: inout TLSSide, to other: inout TLSSide
    ) throws(Finding) {
        let piece = one.said.prefix(count)
        one.said.removeFirst(piece.count)
        var left = piece
        // A worker gives so much at a time.
        while !left.isEmpty {
            try other.receive(left.prefix(60_000))
            left = left.dropFirst(60_000)
        }
    }

    /// Changes, drops or doubles what is on the way; false when nothing is.
    private static func touch(_ side: inout TLSSide, _ order: UInt8, _ place: Int) -> Bool {
        guard !side.said.isEmpty else { return false }
        let place = place % side.said.count
        switch order >> 4 & 3 {
        case 0: side.said[place] ^= 1 << (order >> 6)
        case 1: side.said[place] = order
        case 2: side.said.removeSubrange(place...)
        default:
            // Again and again doubled it would be more than there is memory.
            if side.said.count > 100_000 { return false }
            side.said += side.said[place...]
        }
        return true
    }
}
