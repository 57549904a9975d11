/// A route's source in one piece of memory: a sixth of what it takes decoded.
///
/// Equal sources have equal bytes. It is decoded anew whenever its source is asked for.
package struct PackedRoute: Hashable, Sendable {
    private let bytes: [UInt8]

    package init(_ source: RouteSource) {
        var packer = Packer()
        packer.put(source)
        bytes = packer.sealed()
    }

    package var source: RouteSource {
        var unpacker = Unpacker(bytes)
        return unpacker.route()
    }

    /// The source's key, made anew.
    package var key: String {
        var unpacker = Unpacker(bytes)
        return unpacker.text()
    }
}
