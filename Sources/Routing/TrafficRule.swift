/// One rule of `weir.dev/rules`: where all its conditions hold, its target is taken.
package struct TrafficRule: Hashable, Sendable {
    /// All must hold; none means that it always applies.
    package var conditions: [RuleCondition]
    /// The tag of a `tag:` target, empty for a `revision:` target; for metrics and logs.
    package var tag: String
    /// As the tag's own path: nil lets everybody.
    package var access: [NetworkSource]?
    /// Set on the request towards the upstream, after the split's own.
    package var edits: [FieldEdit]
    /// The target's shares; more than one only while a tag's revision is being rolled out.
    package var splits: [SplitSource]

    package init(
        conditions: [RuleCondition], tag: String, access: [NetworkSource]?, edits: [FieldEdit],
        splits: [SplitSource]
    ) {
        self.conditions = conditions
        self.tag = tag
        self.access = access
        self.edits = edits
        self.splits = splits
    }
}

/// One condition of a rule: what is looked at, and what must be true of it.
package struct RuleCondition: Hashable, Sendable {
    /// What is looked at.
    package enum Subject: Hashable, Sendable {
        /// The raw path, without the query.
        case path
        /// A field by name, without regard to case; several count as one, joined by commas.
        case header(String)
        /// The first parameter of that name in the query, not decoded.
        case query(String)
        /// The first cookie of that name.
        case cookie(String)
        case method
    }

    /// What must be true of it; a subject that is not there fails every test.
    package enum Test: Hashable, Sendable {
        case exact(String)
        /// PCRE2, searched for anywhere in the text unless anchored.
        case regex(String)
        case present
        /// Equals one of these.
        case oneOf([String])
    }

    package var subject: Subject
    package var test: Test

    package init(_ subject: Subject, _ test: Test) {
        self.subject = subject
        self.test = test
    }
}

extension RuleCondition.Subject {
    /// The same bytes.
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.path, .path), (.method, .method): true
        case (.header(let one), .header(let other)), (.query(let one), .query(let other)),
            (.cookie(let one), .cookie(let other)):
            one.hasBytes(of: other)
        default: false
        }
    }
}

extension RuleCondition.Test {
    /// The same bytes.
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.present, .present): true
        case (.exact(let one), .exact(let other)), (.regex(let one), .regex(let other)):
            one.hasBytes(of: other)
        case (.oneOf(let some), .oneOf(let others)):
            some.count == others.count && zip(some, others).allSatisfy { $0.hasBytes(of: $1) }
        default: false
        }
    }
}

/// A network in CIDR form.
package struct NetworkSource: Hashable, Sendable {
    /// 4 bytes (IPv4) or 16 (IPv6), network order; bits behind the prefix are zero.
    package var ip: [UInt8]
    /// Leading bits that count.
    package var prefix: Int

    package init(ip: [UInt8], prefix: Int) {
        precondition(ip.count == 4 || ip.count == 16)
        precondition(prefix >= 0 && prefix <= ip.count * 8)
        self.ip = ip
        self.prefix = prefix
    }
}

/// How clients of a path are kept on their share.
package struct StickySource: Hashable, Sendable {
    /// What tells one client from another.
    package enum Key: Hashable, Sendable {
        /// The cookie `weir-split`, which the gateway sets.
        case cookie
        /// A field by name; where it is absent the request is drawn for.
        case header(String)
        /// The client's address.
        case address
    }

    package var key: Key
    /// Hashed before the key, so that routes do not agree by accident; `namespace/route`.
    package var salt: String
    /// Positions in the path's splits, oldest revision first.
    package var order: [Int]

    package init(key: Key, salt: String, order: [Int]) {
        self.key = key
        self.salt = salt
        self.order = order
    }
}
