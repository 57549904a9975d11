internal import Bytes
internal import HTTP

/// A field's value as a condition sees it: that of an outer hop's edit, or the client's.
///
/// Several fields of one name count as one whose values are joined by a comma, without a blank
/// (Envoy's `getAllOfHeaderAsString`).
enum FoundField: BitwiseCopyable {
    case absent
    case client(Slice)
    case edit(BlockView)
    case several

    /// Looks for a name, without case; an edit hides what the client sent.
    init(
        _ name: BlockView, _ head: borrowing Head, _ bytes: Span<UInt8>, under edits: EditList
    ) {
        if edits.count > 0, let value = edits.value(of: name) {
            self = .edit(value)
            return
        }
        self = .absent
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard Self.isNamed(field, name, bytes) else { continue }
            if case .client = self {
                self = .several
                return
            }
            self = .client(field.value)
        }
    }

    var isPresent: Bool {
        if case .absent = self { return false }
        return true
    }

    /// Whether the whole value is this text.
    func equals(
        _ text: BlockView, _ name: BlockView, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) -> Bool {
        switch self {
        case .absent: false
        case .client(let value): text.equals(bytes.extracting(value.range))
        case .edit(let value): text.equals(value.bytes)
        case .several: Self.joinedEquals(text, name, head, bytes)
        }
    }

    static func isNamed(_ field: Field, _ name: BlockView, _ bytes: Span<UInt8>) -> Bool {
        Int(field.name.count) == name.count
            && ByteScan.equal(name.bytes, ignoringCase: bytes.extracting(field.name.range))
    }

    /// Compares the joined values in place.
    private static func joinedEquals(
        _ text: BlockView, _ name: BlockView, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) -> Bool {
        var isFirst = true
        var compared = 0
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard isNamed(field, name, bytes) else { continue }
            if !isFirst {
                guard compared < text.count, text[compared] == UInt8(ascii: ",") else {
                    return false
                }
                compared += 1
            }
            isFirst = false
            let count = Int(field.value.count)
            guard count <= text.count - compared,
                text.part(compared, count: count).equals(bytes.extracting(field.value.range))
            else { return false }
            compared += count
        }
        return compared == text.count
    }
}
