import NIOCore

/// An object as it stood at one revision, with its encoded bytes.
final class StoredObject: Sendable {
    let resource: Resource
    /// The whole object, with apiVersion and kind.
    let value: JSONValue
    let revision: Int
    let namespace: String
    let name: String
    let labels: [String: String]
    /// Its place in the order of a list: as etcd orders keys.
    let key: String
    /// As an item of a list: typed kinds lack apiVersion and kind there.
    let item: ByteBuffer

    init(_ resource: Resource, _ value: JSONValue) {
        self.resource = resource
        self.value = value
        let metadata = value["metadata"]
        revision = Int(metadata["resourceVersion"].text ?? "") ?? 0
        namespace = metadata["namespace"].text ?? ""
        name = metadata["name"].text ?? ""
        labels = metadata["labels"].texts
        key = Self.key(namespace: namespace, name: name)
        item = ByteBuffer(bytes: JSONWriter.bytes(Self.wireForm(resource, value)))
    }

    static func key(namespace: String?, name: String) -> String {
        guard let namespace, !namespace.isEmpty else { return name }
        return "\(namespace)/\(name)"
    }

    /// The object as it would be with another resourceVersion.
    func at(revision: Int) -> StoredObject {
        var value = value
        value["metadata"]["resourceVersion"] = .string("\(revision)")
        return StoredObject(resource, value)
    }

    /// The object with apiVersion and kind.
    var bytes: ByteBuffer {
        if resource.isCustom { return item }
        let head = "{\"kind\":\"\(resource.kind)\",\"apiVersion\":\"\(resource.apiVersion)\","
        var buffer = ByteBuffer(string: head)
        buffer.writeImmutableBuffer(item.getSlice(at: 1, length: item.readableBytes - 1) ?? item)
        return buffer
    }

    /// Typed kinds have fields that stand on the wire even when they are empty.
    private static func wireForm(_ resource: Resource, _ value: JSONValue) -> JSONValue {
        guard !resource.isCustom else { return value }
        var fields = value.fields
        fields["kind"] = nil
        fields["apiVersion"] = nil
        switch resource {
        case .endpointSlices:
            for key in ["endpoints", "ports"] where value[key].items.isEmpty {
                fields[key] = JSONValue.null
            }
        case .events:
            for key in ["eventTime", "firstTimestamp", "lastTimestamp"] where value[key].isNull {
                fields[key] = JSONValue.null
            }
            for key in ["reportingComponent", "reportingInstance"] where value[key].isNull {
                fields[key] = .string("")
            }
            if value["source"].isNull { fields["source"] = .object([:]) }
        case .leases: if value["spec"].isNull { fields["spec"] = .object([:]) }
        default: break
        }
        return .object(fields)
    }
}
