import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Fields that a decision adds to its response, written while the table's texts can be read.
extension Worker {
    /// Writes them into the exchange; a later decision of the same exchange writes them anew.
    mutating func noteResponseFields(
        _ decision: Decision, _ exchange: Handle, _ bytes: Span<UInt8>
    ) {
        let exchanges = exchanges
        if !exchanges[exchange].responseFields.isEmpty {
            exchanges[exchange].responseFields.removeAll()
            exchanges[exchange].exposesRevision = false
        }
        if let key = decision.stickiness.issued {
            exchanges[exchange].issuedKey = key
            noteSharedKey(key, exchange)
            writeCookie(key, exchange)
        }
        if decision.exposesRevision, decision.hasShare {
            let revision = decision.revision
            exchanges[exchange].responseFields.reserve(revision.count + 32, from: &chunks)
            exchanges[exchange].responseFields.append(
                field: "Knative-Serving-Revision", revision.bytes)
            exchanges[exchange].exposesRevision = true
        }
        if !settings.explainToken.isEmpty, mayExplain(bytes) {
            writeExplanation(decision, exchange, bytes)
        }
    }

    /// On HTTP/2 what a client asks for at once is asked before any cookie can come back.
    private mutating func noteSharedKey(_ key: StickyKey, _ exchange: Handle) {
        let client = exchanges[exchange].client
        guard !exchanges[exchange].clientStream.isNone, connections[client].provisionalUntil <= now
        else { return }
        connections[client].provisionalKey = key
        connections[client].provisionalUntil = now + Limits.provisionalTime
    }

    /// `weir-split` for 30 days: no script reads it, no other site sends it.
    private mutating func writeCookie(_ key: StickyKey, _ exchange: Handle) {
        let exchanges = exchanges
        exchanges[exchange].responseFields.reserve(160, from: &chunks)
        exchanges[exchange].responseFields.append("Set-Cookie: ")
        exchanges[exchange].responseFields.append(Self.stickyCookie)
        exchanges[exchange].responseFields.append("=")
        for index in 0..<32 { exchanges[exchange].responseFields.append(key.digit(index)) }
        exchanges[exchange].responseFields.append(
            "; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax")
        if exchanges[exchange].isSecure { exchanges[exchange].responseFields.append("; Secure") }
        exchanges[exchange].responseFields.append("\r\n")
    }

    // MARK: Explaining a live request

    /// Whether `Weir-Explain` has the operator's token; takes the same time for every wrong one.
    private mutating func mayExplain(_ bytes: Span<UInt8>) -> Bool {
        for index in 0..<head.fields.count where head.fields[index].known == .weirExplain {
            let given = bytes.extracting(head.fields[index].value.range)
            guard given.count == settings.explainToken.count else { continue }
            var difference: UInt8 = 0
            for place in given.indices { difference |= given[place] ^ settings.explainToken[place] }
            if difference == 0 { return true }
        }
        return false
    }

    /// Answers with `Weir-Explanation`: JSON on one line, or where to ask when it is too long.
    private mutating func writeExplanation(
        _ decision: Decision, _ exchange: Handle, _ bytes: Span<UInt8>
    ) {
        let exchanges = exchanges
        let explanation = table.explain(
            head, bytes, for: asker(exchange), draws: [tally.draws], health: [tally.health],
            now: now, regex: &regex, decided: decision)
        var text = JSON(explanation).line
        let isTooLong = text.utf8.count > Limits.explanationBytes
        if isTooLong { text = #"{"error":"too long for a header, ask /explain"}"# }
        exchanges[exchange].responseFields.reserve(text.utf8.count + 32, from: &chunks)
        exchanges[exchange].responseFields.append(
            field: ByteScan.bytes(of: "Weir-Explanation"), text.utf8.span)
    }
}
