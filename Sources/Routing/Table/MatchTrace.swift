internal import Bytes
internal import HTTP

/// What looks on while the matcher decides; the matcher is compiled once for each kind.
///
/// `NoTrace`, the worker's, does nothing and costs nothing. A trace that is dry keeps the matcher
/// from drawing, issuing and counting.
protocol MatchTrace: ~Copyable {
    static var isDry: Bool { get }

    /// A hop begins: this host is looked for.
    mutating func looksUp(_ host: Span<UInt8>, on listener: ListenerKind, under edits: EditList)

    /// The paths of the host, or of the catch-all, were found, or nothing.
    mutating func found(_ host: HostView?)

    mutating func tried(
        _ path: PathView, _ verdict: PathVerdict, _ head: borrowing Head, _ bytes: Span<UInt8>)

    mutating func tried(
        _ rule: RuleView, number: Int, _ verdict: PathVerdict, _ head: borrowing Head,
        _ bytes: Span<UInt8>)

    /// A share is to be chosen now.
    mutating func chooses(
        _ choice: Choice, for asker: Asker, _ head: borrowing Head, _ bytes: Span<UInt8>)

    /// The share that a dry run takes, where it was chosen before.
    mutating func presetShare(_ choice: Choice) -> Int?
}

/// The trace that sees nothing.
struct NoTrace: MatchTrace {
    static var isDry: Bool { false }

    /// What has no size has no place either, and Thread Sanitizer (6.3) is told of one.
    private let place: UInt8 = 0

    func looksUp(_ host: Span<UInt8>, on listener: ListenerKind, under edits: EditList) {}
    func found(_ host: HostView?) {}
    func tried(
        _ path: PathView, _ verdict: PathVerdict, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) {}
    func tried(
        _ rule: RuleView, number: Int, _ verdict: PathVerdict, _ head: borrowing Head,
        _ bytes: Span<UInt8>
    ) {}
    func chooses(
        _ choice: Choice, for asker: Asker, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) {}
    func presetShare(_ choice: Choice) -> Int? { nil }
}
