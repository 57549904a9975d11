package import Bytes

/// A worker's access records on their way to who writes them.
///
/// The worker calls `append(figures, texts)` once at the end of an exchange, with the bytes that
/// `AccessText` wrote; the writer's thread calls `take`.
package typealias AccessRing = RecordRing<AccessFigures>
