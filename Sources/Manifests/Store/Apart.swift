/// A value in memory of its own, for what few have.
enum Apart<Value> {
    case none
    indirect case one(Value)

    init(_ value: Value?) {
        self = if let value { .one(value) } else { .none }
    }

    var value: Value? {
        if case .one(let value) = self { value } else { nil }
    }
}

extension Apart: Equatable where Value: Equatable {}
extension Apart: Hashable where Value: Hashable {}
extension Apart: Sendable where Value: Sendable {}
