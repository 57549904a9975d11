import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// W3C Trace Context: a valid trace passes, a broken one ends here.
///
/// Then, as where there is none, the next hop begins the trace: an unsampled one of ours would
/// silence it, since samplers follow their parent.
extension Worker {
    /// Whether the head has exactly one traceparent, and a valid one (Trace Context §3.2).
    mutating func hasGoodTrace(_ bytes: Span<UInt8>) -> Bool {
        var isGood = false
        var count = 0
        for index in 0..<head.fields.count {
            guard case .traceparent = head.fields[index].known else { continue }
            count += 1
            isGood = Self.isTraceParent(bytes.extracting(head.fields[index].value.range))
        }
        return count == 1 && isGood
    }

    /// `00-<32 digits>-<16 digits>-<2 digits>`, lower case, no id all zeros; a later version may go
    /// on behind another dash.
    static func isTraceParent(_ value: Span<UInt8>) -> Bool {
        guard value.count >= 55, isDigits(value, 0..<2), value[2] == 0x2d,
            isDigits(value, 3..<35), value[35] == 0x2d, isDigits(value, 36..<52),
            value[52] == 0x2d, isDigits(value, 53..<55)
        else { return false }
        let version = value.extracting(0..<2)
        if ByteScan.equal(version, "ff") { return false }
        if value.count > 55, ByteScan.equal(version, "00") || value[55] != 0x2d { return false }
        return !isZero(value, 3..<35) && !isZero(value, 36..<52)
    }

    private static func isDigits(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where !ASCII.isDigit(value[index]) {
            guard value[index] >= 0x61, value[index] <= 0x66 else { return false }
        }
        return true
    }

    private static func isZero(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where value[index] != 0x30 { return false }
        return true
    }
}
