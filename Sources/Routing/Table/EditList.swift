internal import Bytes

/// Fields to be set towards the upstream: each replaces every value that the client sent.
///
/// Names differ without case. Valid during the worker's turn only.
package struct EditList: BitwiseCopyable, Sendable {
    let block: BlockView
    let offset: Int
    package let count: Int

    /// Nothing to set.
    package static var empty: EditList { EditList(block: .empty, offset: 0, count: 0) }

    package subscript(index: Int) -> Edit {
        precondition(index >= 0 && index < count)
        let pair = offset + index * Layout.Pair.size
        return Edit(
            name: block.text(at: pair + Layout.Pair.name),
            value: block.text(at: pair + Layout.Pair.value))
    }
}
