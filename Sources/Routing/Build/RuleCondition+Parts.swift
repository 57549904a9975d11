extension RuleCondition {
    /// The bytes of the pattern that it searches for.
    var pattern: [UInt8]? {
        if case .regex(let text) = test { return Array(text.utf8) }
        return nil
    }

    /// The name of the field, parameter or cookie; else empty.
    var name: String {
        switch subject {
        case .header(let name), .query(let name), .cookie(let name): name
        case .path, .method: ""
        }
    }

    /// Bytes of all its texts.
    var textBytes: Int {
        let wanted =
            switch test {
            case .exact(let text), .regex(let text): text.utf8.count
            case .oneOf(let texts): texts.reduce(0) { $0 + $1.utf8.count + 8 }
            case .present: 0
            }
        return name.utf8.count + wanted
    }
}
