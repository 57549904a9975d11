import TestSupport

/// The head of a message of HTTP/1.
package struct HTTP1Head {
    package let startLine: String
    package let fields: [FieldLine]

    /// From the head's bytes with their empty line; nil when that is none.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first else { return nil }
        startLine = String(first)
        var fields: [FieldLine] = []
        for line in lines.dropFirst() {
            guard let field = Self.field(String(line)) else { return nil }
            fields.append(field)
        }
        self.fields = fields
    }

    static func field(_ line: String) -> FieldLine? {
        guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { return nil }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        return FieldLine(line[..<colon].lowercased(), String(value))
    }

    /// The value of a field by its name in lower case; several are joined by a comma.
    package subscript(name: String) -> String? {
        let values = fields.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    private var words: [Substring] { startLine.split(separator: " ") }
    package var method: String { String(words.first ?? "") }
    package var target: String { words.count > 1 ? String(words[1]) : "" }
    package var status: Int { words.count > 1 ? Int(words[1]) ?? 0 : 0 }
}
