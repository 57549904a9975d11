/// A header block made by hand, field by field, so that it may offend (RFC 7541 §6).
package struct HPACKWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// A block of fields that neither uses nor changes the table.
    package static func block(_ fields: [FieldLine]) -> [UInt8] {
        var writer = HPACKWriter()
        for field in fields { writer.literal(field.name, field.value) }
        return writer.bytes
    }

    /// A block that `write` makes.
    package static func block(_ write: (inout HPACKWriter) -> Void) -> [UInt8] {
        var writer = HPACKWriter()
        write(&writer)
        return writer.bytes
    }

    /// An indexed field: 2 is `:method: GET`, 62 the newest of the dynamic table.
    package mutating func indexed(_ index: Int) {
        integer(index, prefix: 7, pattern: 0x80)
    }

    /// How a literal stays in the table (RFC 7541 §6.2).
    package enum Indexing: Sendable { case none, incremental, never }

    /// A literal with a name of its own.
    package mutating func literal(
        _ name: String, _ value: String, _ indexing: Indexing = .none
    ) {
        literal(Array(name.utf8), Array(value.utf8), indexing)
    }

    /// A literal of any bytes.
    package mutating func literal(
        _ name: [UInt8], _ value: [UInt8], _ indexing: Indexing = .none
    ) {
        start(index: 0, indexing)
        string(name)
        string(value)
    }

    /// A literal whose name stands in the table.
    package mutating func literal(
        nameAt index: Int, _ value: String, _ indexing: Indexing = .none
    ) {
        start(index: index, indexing)
        string(Array(value.utf8))
    }

    private mutating func start(index: Int, _ indexing: Indexing) {
        switch indexing {
        case .none: integer(index, prefix: 4, pattern: 0x00)
        case .incremental: integer(index, prefix: 6, pattern: 0x40)
        case .never: integer(index, prefix: 4, pattern: 0x10)
        }
    }

    /// A dynamic table size update (RFC 7541 §6.3).
    package mutating func tableSize(_ size: Int) {
        integer(size, prefix: 5, pattern: 0x20)
    }

    /// Bytes that follow as they are.
    package mutating func raw(_ bytes: [UInt8]) {
        self.bytes += bytes
    }

    /// A string that is said to be Huffman coded, or is not (RFC 7541 §5.2).
    package mutating func string(_ text: [UInt8], isHuffman: Bool = false) {
        integer(text.count, prefix: 7, pattern: isHuffman ? 0x80 : 0x00)
        bytes += text
    }

    /// An integer behind a pattern of bits (RFC 7541 §5.1).
    package mutating func integer(_ value: Int, prefix: Int, pattern: UInt8) {
        let limit = (1 << prefix) - 1
        guard value >= limit else {
            bytes.append(pattern | UInt8(value))
            return
        }
        bytes.append(pattern | UInt8(limit))
        var rest = value - limit
        while rest >= 128 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
