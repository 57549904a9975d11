import Bytes
import Routing

/// What of a list of edits is wanted before they are written.
struct EditMeasure {
    /// Bytes that all edits take as fields.
    var bytes = 0
    /// A bit for each length of a name, modulo 64.
    var lengths: UInt64 = 0

    /// Whether one of them may set a field whose name is so long.
    func mayReplace(_ nameCount: Int) -> Bool { lengths >> UInt64(nameCount & 63) & 1 == 1 }
}

extension EditList {
    var measure: EditMeasure {
        var measure = EditMeasure()
        for index in 0..<count {
            let edit = self[index]
            measure.bytes += edit.name.count + edit.value.count + 4
            measure.lengths |= 1 << UInt64(edit.name.count & 63)
        }
        return measure
    }
}
