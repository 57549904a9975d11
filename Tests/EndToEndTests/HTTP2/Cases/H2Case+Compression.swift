import TestSupport

/// RFC 7541: what a decoder must take, and what it must not.
extension H2Case {
    static let compression: [H2Case] = decodable + indexes + strings + tables

    /// The block's fields, then what `write` adds.
    private static func decodes(
        _ name: String, _ fields: [FieldLine],
        _ write: @escaping @Sendable (inout HPACKWriter) -> Void
    ) -> H2Case {
        H2Case(name, .answered(200, on: 1)) { client in
            let start = HPACKWriter.block(fields)
            try client.send(.headers(1, start + HPACKWriter.block(write)))
        }
    }

    private static let decodable: [H2Case] = [
        decodes("RFC 7541 §6.1: indexed fields of the static table", pseudo(nil, scheme: nil)) {
            $0.indexed(2)
            $0.indexed(6)
        },
        decodes("RFC 7541 §6.2.1: a literal that is added, its name indexed", pseudo()) {
            $0.literal(nameAt: 58, "agent", .incremental)
            $0.indexed(62)
        },
        decodes("RFC 7541 §6.2.1: a literal that is added, its name new", pseudo()) {
            $0.literal("x-a", "b", .incremental)
            $0.indexed(62)
        },
        decodes("RFC 7541 §6.2.2: a literal that is not added", pseudo()) {
            $0.literal(nameAt: 58, "agent")
        },
        decodes("RFC 7541 §6.2.3: a literal that is never added", pseudo()) {
            $0.literal(nameAt: 58, "agent", .never)
            $0.literal("x-a", "b", .never)
        },
        decodes("RFC 7541 §5.2: a string in the Huffman code", pseudo(path: nil)) {
            // `/` is 011000, filled up with ones: RFC 7541, Appendix B.
            $0.integer(4, prefix: 4, pattern: 0)
            $0.string([0b0110_0011], isHuffman: true)
        },
        decodes("RFC 7541 §5.2: empty strings", pseudo()) {
            $0.literal("x-a", "")
            $0.integer(0, prefix: 4, pattern: 0)
            $0.string(Array("x-b".utf8))
            $0.string([], isHuffman: true)
        },
        decodes("RFC 7541 §4.4: an entry larger than the table empties it", pseudo()) {
            $0.literal("x-a", "b", .incremental)
            $0.literal("x-long", String(repeating: "a", count: 4096), .incremental)
            $0.literal("x-c", "d", .incremental)
            $0.indexed(62)
        },
        H2Case("RFC 7541 §6.3: size updates at the start of a block", .answered(200, on: 1)) {
            let block = HPACKWriter.block {
                $0.tableSize(0)
                $0.tableSize(4096)
                $0.raw(HPACKWriter.block(fields()))
            }
            try $0.send(.headers(1, block))
        },
    ]

    private static let indexes: [H2Case] = [
        .undecodable("RFC 7541 §6.1: index 0") { $0.indexed(0) },
        .undecodable("RFC 7541 §2.3.3: an index beyond the tables") { $0.indexed(70) },
        .undecodable("RFC 7541 §2.3.3: the first index of an empty table") { $0.indexed(62) },
        .undecodable("RFC 7541 §2.3.3: a name's index beyond the tables") {
            $0.literal(nameAt: 70, "x", .incremental)
        },
        .undecodable("RFC 7541 §2.3.3: a name's index beyond the tables, not added") {
            $0.literal(nameAt: 70, "x")
        },
        .undecodable("RFC 7541 §4.4: an index into a table that was emptied") {
            $0.literal("x-a", "b", .incremental)
            $0.literal("x-long", String(repeating: "a", count: 4096), .incremental)
            $0.indexed(62)
        },
        .undecodable("RFC 7541 §5.1: an integer beyond all bounds") {
            $0.raw([0xff] + [UInt8](repeating: 0xff, count: 12) + [0x0f])
        },
        .undecodable("RFC 7541 §5.1: an integer without an end") { $0.raw([0xff, 0x80]) },
    ]

    private static let strings: [H2Case] = [
        .undecodable("RFC 7541 §5.2: a string longer than the block") {
            $0.raw([0x00, 0x01, 0x61, 0x7f, 0x00])
        },
        .undecodable("RFC 7541 §5.2: Huffman padding of 8 bits") {
            $0.raw([0x00, 0x01, 0x61])
            $0.string([0b0001_1111, 0xff], isHuffman: true)
        },
        .undecodable("RFC 7541 §5.2: Huffman padding with zeros") {
            $0.raw([0x00, 0x01, 0x61])
            $0.string([0b0001_1000], isHuffman: true)
        },
        .undecodable("RFC 7541 §5.2: the Huffman code of EOS") {
            $0.raw([0x00, 0x01, 0x61])
            $0.string([0xff, 0xff, 0xff, 0xff], isHuffman: true)
        },
    ]

    private static let tables: [H2Case] = [
        .undecodable("RFC 7541 §4.2: a size update at the end of a block") { $0.tableSize(1) },
        .undecodable("RFC 7541 §4.2: a size update between fields") {
            $0.tableSize(1)
            $0.literal("x-a", "b")
        },
        H2Case(
            "RFC 7541 §6.3: a table larger than SETTINGS_HEADER_TABLE_SIZE",
            .connectionError([.compressionError])
        ) { client in
            let limit = Int(client.wire.settings[.headerTableSize] ?? 4096)
            let block = HPACKWriter.block {
                $0.tableSize(limit + 1)
                $0.raw(HPACKWriter.block(fields()))
            }
            try client.send(.headers(1, block))
        },
        H2Case("RFC 7541 §4.3: a table of size 0 is empty", .connectionError([.compressionError])) {
            let first = HPACKWriter.block {
                $0.raw(HPACKWriter.block(fields("GET", never)))
                $0.literal("x-a", "b", .incremental)
            }
            let second = HPACKWriter.block {
                $0.tableSize(0)
                $0.raw(HPACKWriter.block(fields()))
                $0.indexed(62)
            }
            try $0.send(.headers(1, first), .headers(3, second))
        },
    ]
}
