internal import Bytes

/// What of a list of edits is wanted before they are written.
package struct EditMeasure {
    /// Bytes that all edits take as fields.
    package fileprivate(set) var bytes = 0
    /// A bit for each length of a name, modulo 64.
    private var lengths: UInt64 = 0

    /// Whether one of them may set a field whose name is so long.
    package func mayReplace(_ nameCount: Int) -> Bool {
        lengths >> UInt64(nameCount & 63) & 1 == 1
    }

    fileprivate mutating func add(_ edit: Edit) {
        bytes += edit.name.count + edit.value.count + 4
        lengths |= 1 << UInt64(edit.name.count & 63)
    }
}

extension EditList {
    /// What is wanted of the list before it is written.
    package var measure: EditMeasure {
        var measure = EditMeasure()
        each { measure.add($0) }
        return measure
    }
}
