/// What the reconciler has of a cluster: its objects, and where to tell what is served.
package struct ClusterFeed: Sendable {
    package let watch: ClusterWatch
    package let board: ServedBoard
    /// Where objects survive a restart; nil where nothing does.
    package let keep: ObjectKeep?

    package init(watch: ClusterWatch, board: ServedBoard, keep: ObjectKeep? = nil) {
        self.watch = watch
        self.board = board
        self.keep = keep
    }
}
