package import Bytes

/// One field to be set.
package struct Edit: BitwiseCopyable, Sendable {
    package let name: BlockView
    package let value: BlockView
}
