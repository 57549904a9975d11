import Foundation
import Glibc

/// A network namespace of one thread, with loopback and an address of our own on it.
enum OwnNetwork {
    private final class Box<Value>: @unchecked Sendable {
        var value: Result<Value, any Error>?
    }

    /// What `body` gives, run on a thread that has such a network; nil where none can be made.
    static func run<Value>(
        address: String, _ body: @escaping @Sendable () throws -> Value
    ) -> Result<Value, any Error>? {
        let box = Box<Value>()
        let isOver = DispatchSemaphore(value: 0)
        Foundation.Thread.detachNewThread {
            // Only this thread goes there, and it ends with the call.
            if leaveNetwork(), has(address) { box.value = Result { try body() } }
            isOver.signal()
        }
        isOver.wait()
        return box.value
    }

    /// Glibc's module has no unshare(2).
    private static func leaveNetwork() -> Bool {
        typealias Unshare = @convention(c) (CInt) -> CInt
        guard let found = dlsym(nil, "unshare") else { return false }
        let newNetwork: CInt = 0x4000_0000
        return unsafeBitCast(found, to: Unshare.self)(newNetwork) == 0
    }

    private static func has(_ address: String) -> Bool {
        run("link", "set", "lo", "up") && run("addr", "add", "\(address)/32", "dev", "lo")
    }

    /// Runs `ip` here: a child of this thread has its network.
    private static func run(_ words: String...) -> Bool {
        let program = "/sbin/ip"
        var arguments: [UnsafeMutablePointer<CChar>?] = ([program] + words).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var child: pid_t = 0
        guard posix_spawn(&child, program, nil, nil, arguments, environ) == 0 else { return false }
        var status: CInt = 0
        return waitpid(child, &status, 0) == child && status == 0
    }
}
