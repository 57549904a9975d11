/// One message of a stream, request or response, as far as it has come.
package struct H2Message: Sendable {
    package var stream: UInt32
    package var fields: [FieldLine] = []
    package var body: [UInt8] = []
    package var trailers: [FieldLine] = []
    /// The fields of the 1xx responses that came before.
    package var interim: [[FieldLine]] = []
    /// True once the other side has ended its half of the stream.
    package var isWhole = false
    /// Set once the other side has reset the stream.
    package var code: H2Code?
    /// How many DATA frames brought the body, empty ones too.
    package var dataFrames = 0

    package init(stream: UInt32) { self.stream = stream }

    package var bodyText: String { String(decoding: body, as: UTF8.self) }
    package var method: String { self[":method"] ?? "" }
    package var path: String { self[":path"] ?? "" }
    package var authority: String { self[":authority"] ?? "" }
    /// The response's status, 0 when there is none.
    package var status: Int { self[":status"].flatMap { Int($0) } ?? 0 }

    /// Every value of a field, in order; names are lower case.
    package func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// The only value of a field; nil when there is none, all joined by `, ` when there are many.
    package subscript(name: String) -> String? {
        let all = values(name)
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    /// The value of a trailer.
    package func trailer(_ name: String) -> String? {
        trailers.first { $0.name == name }?.value
    }

    /// Adds what a header block brought.
    package mutating func add(_ block: [FieldLine], isLast: Bool) throws {
        try Self.check(block)
        let status = block.first { $0.name == ":status" }.flatMap { Int($0.value) }
        if let status, (100..<200).contains(status), fields.isEmpty {
            interim.append(block)
        } else if fields.isEmpty {
            fields = block
        } else {
            guard isLast, trailers.isEmpty, !block.contains(where: { $0.name.hasPrefix(":") })
            else { throw WireFault.malformed("trailers \(block)") }
            trailers = block
        }
        isWhole = isWhole || isLast
    }

    /// Adds what a DATA frame brought.
    package mutating func add(data: [UInt8], isLast: Bool) throws {
        guard !fields.isEmpty, !isWhole else { throw WireFault.malformed("DATA on \(stream)") }
        dataFrames += 1
        body += data
        isWhole = isLast
    }

    /// What no sender may do (RFC 9113 §8.2, §8.3).
    private static func check(_ block: [FieldLine]) throws {
        let hop = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]
        var isAfterRegular = false
        for field in block {
            let isPseudo = field.name.hasPrefix(":")
            guard field.name == field.name.lowercased(), !hop.contains(field.name),
                !(isPseudo && isAfterRegular), field.value == field.value.trimmed,
                !field.value.utf8.contains(where: { [0, 10, 13].contains($0) })
            else { throw WireFault.malformed("field \(field.name): \(field.value)") }
            isAfterRegular = isAfterRegular || !isPseudo
        }
    }
}
