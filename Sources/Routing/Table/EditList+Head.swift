package import Bytes
package import HTTP

/// A list of edits as part of the head that goes to the upstream.
extension EditList {
    /// Whether one of the edits sets the field with this name.
    package func replaces(_ name: Span<UInt8>) -> Bool {
        for index in 0..<count {
            let own = self[index].name
            if own.count == name.count, ByteScan.equal(own.bytes, ignoringCase: name) {
                return true
            }
        }
        return false
    }

    /// Appends all as fields, into room that was made for as many bytes as the measure says, and notes
    /// where each lies.
    package func append(to head: inout Buffer, _ index: inout HeadIndex) {
        each { edit in
            let name = edit.name.bytes
            let value = edit.value.bytes
            index.note(
                at: head.count, name: name.count, value: value.count, as: .plain, isLower: false)
            head.append(field: name, value)
        }
    }
}
