/// What a number that the worker holds stands for.
final class Descriptor {
    enum Kind {
        case poller
        case event
        case listener
        case socket
    }

    let number: CInt
    let kind: Kind

    // What is watched.
    var isWatched = false
    var wasWatched = false
    var token: UInt64 = 0
    var interest: UInt32 = 0
    /// Something happened since the last wait.
    var isReady = false

    /// An event's count.
    var count: UInt64 = 0
    /// A listener's address and its connections that wait; a socket's wire once it has one.
    var address = Address(0, 0)
    var isListening = false
    var dropsNew = false
    var backlog: [Wire] = []
    var wire: Wire?

    init(_ number: CInt, _ kind: Kind) {
        self.number = number
        self.kind = kind
    }
}
