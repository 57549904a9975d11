internal import Bytes

/// A route table with its destinations as published: a version and the address of its root.
///
/// A plain value that keeps nothing alive: its blocks live until the builder's `reclaim` is told
/// that a later version is served.
package struct Snapshot: Sendable {
    /// Counts the builder's updates from 1; 0 is the empty snapshot.
    package let version: UInt64
    let root: BlockView

    /// What is served before the first update: no route at all.
    package static var empty: Snapshot { Snapshot(version: 0, root: .empty) }
}
