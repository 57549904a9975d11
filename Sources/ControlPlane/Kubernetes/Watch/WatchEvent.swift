/// One line of a watch.
enum WatchEvent: Sendable {
    case put(ClusterObject)
    case gone(ClusterObject)
    /// Nothing happened up to this version.
    case bookmark(String)
    case fault(APIFault)

    /// Reads a line; throws `.invalid` for what is no event.
    init(_ line: [UInt8], _ resource: APIResource) throws(APIFault) {
        let slices = JSONSlices(line)
        guard let whole = slices.whole, let type = slices.text(slices.value("type", in: whole)),
            let object = slices.value("object", in: whole)
        else { throw .invalid("a watch's event that is not readable") }
        switch type {
        case "ADDED", "MODIFIED": self = .put(try Self.object(slices, object, resource))
        case "DELETED": self = .gone(try Self.object(slices, object, resource))
        case "BOOKMARK":
            let meta = slices.value("metadata", in: object)
            guard let version = slices.text(slices.value("resourceVersion", in: meta)),
                !version.isEmpty
            else { throw .invalid("a watch's bookmark without a resourceVersion") }
            self = .bookmark(version)
        case "ERROR": self = .fault(APIFault(slices, statusAt: object))
        default: throw .invalid("a watch's event of an unknown type")
        }
    }

    private static func object(
        _ slices: JSONSlices, _ range: Range<Int>, _ resource: APIResource
    ) throws(APIFault) -> ClusterObject {
        guard let object = ClusterObject(slices, range, resource) else {
            throw .invalid("a watch's object that is not readable")
        }
        return object
    }
}
