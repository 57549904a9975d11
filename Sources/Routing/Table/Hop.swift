internal import Bytes

/// What was matched and chosen on one host's paths: offsets in its route's block.
///
/// Small, because a decision holds three.
struct Hop: BitwiseCopyable, Sendable {
    let route: BlockView
    private let pathOffset: UInt32
    private let ruleOffset: UInt32
    private let shareOffset: UInt32

    /// A rule or share at 0 is none.
    init(route: BlockView, path: Int, rule: Int, share: Int) {
        self.route = route
        pathOffset = UInt32(truncatingIfNeeded: path)
        ruleOffset = UInt32(truncatingIfNeeded: rule)
        shareOffset = UInt32(truncatingIfNeeded: share)
    }

    static var none: Hop { Hop(route: .empty, path: 0, rule: 0, share: 0) }

    var path: Int { Int(pathOffset) }
    /// The rule that decided, 0 when none did.
    var rule: Int { Int(ruleOffset) }
    /// The chosen share, 0 when none was.
    var share: Int { Int(shareOffset) }

    var exists: Bool { !route.isEmpty }
    var hasShare: Bool { share != 0 }

    @inline(__always)
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
