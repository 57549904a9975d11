internal import Bytes

/// What was matched and chosen on one host's paths: offsets in its route's block.
struct Hop: BitwiseCopyable, Sendable {
    let route: BlockView
    let path: Int
    /// The rule that decided, 0 when none did.
    let rule: Int
    /// The chosen share, 0 when none was.
    let share: Int

    static var none: Hop { Hop(route: .empty, path: 0, rule: 0, share: 0) }

    var exists: Bool { !route.isEmpty }
    var hasShare: Bool { share != 0 }

    var edits: EditList {
        guard hasShare else { return .empty }
        return EditList(
            block: route, offset: Int(route.load32(at: share + Layout.Share.edits)),
            count: Int(route.load32(at: share + Layout.Share.editCount)))
    }

    var rewriteHost: BlockView {
        exists ? route.text(at: path + Layout.Path.rewriteHost) : .empty
    }

    var tag: BlockView {
        if rule != 0 { return route.text(at: rule + Layout.Rule.tag) }
        return exists ? route.text(at: path + Layout.Path.tag) : .empty
    }

    var series: Handle { hasShare ? route.handle(at: share + Layout.Share.series) : .none }

    var revision: BlockView {
        hasShare ? route.text(at: share + Layout.Share.revision) : .empty
    }
}
