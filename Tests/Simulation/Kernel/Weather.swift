/// How rough a simulation is: what its kernel does to a program that is written well.
package struct Weather: Sendable {
    /// Microseconds that a segment may take to arrive, at most.
    package var delayMax = 300
    /// Bytes of a segment, at most.
    package var segmentMax = 16384
    /// Bytes that the kernel takes of what is sent, for a connection.
    package var sendRoomMax = 65536
    /// Bytes that wait for a reader, at most.
    package var receiveRoomMax = 65536
    // In a thousand calls.
    /// Sends that find less room than there is.
    package var pinched = 20
    /// Calls that a signal interrupts.
    package var interrupted = 5
    /// Events that say nothing new.
    package var spurious = 10
    /// Waits after which much has come at once.
    package var latePolls = 200
    /// Calls during which something else happens.
    package var slips = 50
    /// The kernel tells how many connections wait to be accepted.
    package var tellsWaiting = true
    /// Accepts that find the connection gone.
    package var aborted = 0
    /// Sockets that are refused for want of descriptors.
    package var exhausted = 0
    /// Watches that are refused for want of memory.
    package var unwatched = 0

    package init() {}

    /// One of many, by the seed.
    package init(_ dice: Dice, isRough: Bool) {
        delayMax = dice.pick([0, 50, 300, 3000, 40000])
        segmentMax = dice.pick([1, 7, 100, 1460, 16384, 65536])
        sendRoomMax = dice.pick([512, 4096, 20000, 65536, 200_000])
        receiveRoomMax = dice.pick([1000, 16384, 65536])
        pinched = dice.pick([0, 20, 200, 600])
        interrupted = dice.pick([0, 5, 100])
        spurious = dice.pick([0, 10, 100])
        latePolls = dice.pick([0, 200, 800])
        slips = dice.pick([0, 50, 300])
        tellsWaiting = dice.pick([true, true, true, false])
        guard isRough else { return }
        aborted = dice.pick([0, 0, 100])
        exhausted = dice.pick([0, 0, 50])
        unwatched = dice.pick([0, 0, 0, 20])
    }
}
