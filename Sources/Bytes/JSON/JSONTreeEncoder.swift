/// Takes an `Encodable` value apart into a tree.
struct JSONTreeEncoder: Encoder {
    let place: JSONPlace
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = place.tree {} else { place.tree = .object([:]) }
        return KeyedEncodingContainer(Keyed<Key>(place: place, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = place.tree {} else { place.tree = .array([]) }
        return Unkeyed(place: place, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        Single(encoder: self, codingPath: codingPath)
    }

    /// Encodes a value into the place: plain ones here, others by their own ways.
    func put(_ value: some Encodable) throws {
        switch value {
        case let value as Bool: place.tree = .bool(value)
        case let value as String: place.tree = .string(value)
        case let value as any BinaryInteger: place.tree = .number(value.description)
        case let value as Double:
            guard value.isFinite else {
                throw EncodingError.invalidValue(
                    value, .init(codingPath: codingPath, debugDescription: "not a JSON number"))
            }
            // A whole number needs no fraction.
            place.tree = .number(Int64(exactly: value).map { "\($0)" } ?? "\(value)")
        default: try value.encode(to: self)
        }
    }

    // MARK: Containers

    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let place: JSONPlace
        let codingPath: [any CodingKey]

        private func member(_ key: any CodingKey) -> JSONTreeEncoder {
            let member = JSONPlace()
            if case .object(var members) = place.tree {
                // The only reference left: the table grows where it is.
                place.tree = .null
                members[key.stringValue] = member
                place.tree = .object(members)
            }
            return JSONTreeEncoder(place: member, codingPath: codingPath + [key])
        }

        func encodeNil(forKey key: Key) { _ = member(key) }
        func encode(_ value: some Encodable, forKey key: Key) throws {
            try member(key).put(value)
        }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> { member(key).container(keyedBy: type) }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            member(key).unkeyedContainer()
        }
        func superEncoder() -> any Encoder { JSONTreeEncoder(place: place, codingPath: codingPath) }
        func superEncoder(forKey key: Key) -> any Encoder { member(key) }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let place: JSONPlace
        let codingPath: [any CodingKey]

        var count: Int {
            if case .array(let elements) = place.tree { elements.count } else { 0 }
        }

        private func element() -> JSONTreeEncoder {
            let element = JSONPlace()
            if case .array(var elements) = place.tree {
                place.tree = .null
                elements.append(element)
                place.tree = .array(elements)
            }
            return JSONTreeEncoder(place: element, codingPath: codingPath)
        }

        func encodeNil() { _ = element() }
        func encode(_ value: some Encodable) throws { try element().put(value) }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedEncodingContainer<Nested> { element().container(keyedBy: type) }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            element().unkeyedContainer()
        }
        func superEncoder() -> any Encoder { element() }
    }

    private struct Single: SingleValueEncodingContainer {
        let encoder: JSONTreeEncoder
        let codingPath: [any CodingKey]

        func encodeNil() { encoder.place.tree = .null }
        func encode(_ value: some Encodable) throws { try encoder.put(value) }
    }
}
