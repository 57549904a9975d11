/// One HTTP/1 message as it stood on the wire, request or response.
package struct Message: Sendable {
    /// How the message said where its body ends.
    package enum Framing: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    package var startLine: String
    package var fields: [FieldLine]
    /// The head's exact bytes, with the empty line.
    package var rawHead: [UInt8]
    package var framing = Framing.none
    package var body: [UInt8] = []
    package var trailers: [FieldLine] = []
    /// The sizes of the chunks, in order, when the body was chunked.
    package var chunkSizes: [Int] = []
    /// The 1xx responses that came before this one.
    package var interim: [Message] = []

    package var bodyText: String { String(decoding: body, as: UTF8.self) }
    package var headText: String { String(decoding: rawHead, as: UTF8.self) }

    /// The request's method; the first word of the start line.
    package var method: String { word(0) }
    /// The request's target; the second word of the start line.
    package var target: String { word(1) }
    /// The response's status, 0 when there is none.
    package var status: Int { Int(word(1)) ?? 0 }

    private func word(_ index: Int) -> String {
        let words = startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        return index < words.count ? String(words[index]) : ""
    }

    /// Every value of a field, in order; the name in any case.
    package func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The only value of a field; nil when there is none, all joined by `, ` when there are many.
    package subscript(name: String) -> String? {
        let all = values(name)
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    /// True when one of the field's comma-separated words is `word`, in any case.
    package func has(_ name: String, word: String) -> Bool {
        values(name).joined(separator: ",").split(separator: ",").contains {
            $0.lowercased().trimmed == word.lowercased()
        }
    }

    /// The value of a trailer.
    package func trailer(_ name: String) -> String? {
        trailers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// One field of a message, as written.
package struct FieldLine: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension StringProtocol {
    /// Without the spaces and tabs at both ends.
    package var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}

/// A head of those lines: joined with CRLF and ended by the empty line.
package func head(_ lines: String...) -> String {
    lines.joined(separator: "\r\n") + "\r\n\r\n"
}
