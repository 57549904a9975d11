internal import Bytes

/// Fields to be set towards the upstream: each replaces every value that the client sent.
///
/// Names differ without case: where inner hops were decided on the way, a name that is set again
/// further in has the innermost value only. Valid during the worker's turn only.
package struct EditList: BitwiseCopyable, Sendable {
    /// What one hop sets.
    private struct Part: BitwiseCopyable {
        var block = BlockView.empty
        var offset: UInt32 = 0
        var ownCount: UInt32 = 0
        /// Bits of those that a hop further in sets again.
        var hidden: UInt64 = 0

        var count: Int { Int(ownCount) }
        var shown: Int { count - hidden.nonzeroBitCount }

        @inline(__always)
        func edit(_ index: Int) -> Edit {
            let pair = Int(offset) + index * Layout.Pair.size
            return Edit(
                name: block.text(at: pair + Layout.Pair.name),
                value: block.text(at: pair + Layout.Pair.value))
        }

        /// The n-th of those that are not hidden.
        func shown(_ number: Int) -> Edit {
            var left = number
            for index in 0..<count where hidden >> UInt64(index) & 1 == 0 {
                if left == 0 { return edit(index) }
                left -= 1
            }
            preconditionFailure("an edit beyond the list")
        }

        func index(of name: BlockView) -> Int? {
            for index in 0..<count {
                let own = edit(index).name
                if own.count == name.count, ByteScan.equal(own.bytes, ignoringCase: name.bytes) {
                    return index
                }
            }
            return nil
        }
    }

    private var inner: Part
    private var middle = Part()
    private var outer = Part()
    package private(set) var count: Int

    init(block: BlockView, offset: Int, count: Int) {
        inner = Part(block: block, offset: UInt32(offset), ownCount: UInt32(count))
        self.count = count
    }

    /// Nothing to set.
    package static var empty: EditList { EditList(block: .empty, offset: 0, count: 0) }

    /// This list with what the next hop sets; its names win.
    func followed(by next: EditList) -> EditList {
        precondition(outer.count == 0 && next.middle.count == 0, "more hops than there may be")
        var list = next
        list.middle = inner
        list.outer = middle
        for index in 0..<next.inner.count {
            let name = next.inner.edit(index).name
            if let hidden = list.middle.index(of: name) { list.middle.hidden |= 1 << hidden }
            if let hidden = list.outer.index(of: name) { list.outer.hidden |= 1 << hidden }
        }
        list.count = list.inner.count + list.middle.shown + list.outer.shown
        return list
    }

    /// One of the edits; the innermost hop's come first.
    package subscript(index: Int) -> Edit {
        precondition(index >= 0 && index < count)
        if index < inner.count { return inner.edit(index) }
        let rest = index - inner.count
        return rest < middle.shown ? middle.shown(rest) : outer.shown(rest - middle.shown)
    }

    /// Shows each of the edits, in their order.
    @inline(__always)
    func each(_ body: (Edit) -> Void) {
        for index in 0..<inner.count { body(inner.edit(index)) }
        // Where inner hops were decided on the way.
        if count > inner.count { for index in inner.count..<count { body(self[index]) } }
    }

    /// What a field of that name is set to, without case; nil when it is not set.
    func value(of name: BlockView) -> BlockView? {
        if let index = inner.index(of: name) { return inner.edit(index).value }
        if let index = middle.index(of: name) { return middle.edit(index).value }
        return outer.index(of: name).map { outer.edit($0).value }
    }
}
