/// A name's addresses as they are from now on.
package struct NameNews: Hashable, Sendable {
    package let name: String
    /// 4 or 16 bytes each; the last good ones where there is a problem.
    package let addresses: [[UInt8]]
    /// Why there is no new answer, for people; empty when there is one.
    package let problem: String

    package init(name: String, addresses: [[UInt8]], problem: String) {
        self.name = name
        self.addresses = addresses
        self.problem = problem
    }
}
