import Bytes
import HTTP

/// Copies and texts of spans, for transcripts.
extension Span<UInt8> {
    var array: [UInt8] { indices.map { self[$0] } }
}

/// Bytes as text in which every byte can be told from every other.
func shown(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
        if (0x20..<0x7f).contains(byte) && byte != 0x5c {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            text += "\\x" + String(byte, radix: 16)
        }
    }
    return text
}

extension Head {
    /// Everything that a head says, as one text; dropped fields in brackets.
    borrowing func told(_ bytes: Span<UInt8>) -> String {
        func at(_ slice: Slice) -> String { shown(bytes.extracting(slice.range).array) }
        var text =
            "\(at(methodText)) \(at(target)) path \(at(path)) authority \(at(authority))"
            + " host \(at(host)) status \(status) \(at(reason)) version \(version)"
            + " framing \(framing) declared \(declaredLength.map { "\($0)" } ?? "-")"
            + " keeps \(keepsAlive) expects \(expectsContinue)"
            + " trailers \(acceptsTrailers) upgrades \(upgradesToWebSocket)"
        for index in 0..<fields.count {
            let line = "\(at(fields[index].name)): \(at(fields[index].value))"
            text += fields[index].isDropped ? " [\(line)]" : " {\(line)}"
        }
        return text
    }
}
