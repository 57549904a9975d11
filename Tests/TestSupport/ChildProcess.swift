import Foundation
import Synchronization

/// A process with its output in files; it is stopped by its own id and leaves nothing behind.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Ending: Sendable, Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    package let pid: pid_t
    private let folder: ScratchFolder
    private let ending = Mutex<Ending?>(nil)

    /// Starts it with no input and, of this process's environment, the few harmless names only.
    ///
    /// The kernel ends it by SIGKILL should this process crash.
    package init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let folder = try ScratchFolder()
        self.folder = folder
        let inherited = ProcessInfo.processInfo.environment.filter {
            [
                "PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "SWIFT_BACKTRACE",
                "ASAN_OPTIONS", "TSAN_OPTIONS",
            ].contains($0.key)
        }
        let all = inherited.merging(environment) { $1 }
        pid = try Spawner.shared.run {
            try Self.spawn(
                ["/usr/bin/setpriv", "--pdeathsig", "KILL"] + arguments, all, folder: folder)
        }
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], folder: ScratchFolder
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (fd, name) in [(Int32(1), "stdout"), (2, "stderr")] {
            let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
            posix_spawn_file_actions_addopen(&actions, fd, folder.path(name), flags, 0o600)
        }
        // A test's sockets must not live on in the gateway; closing what is not open is no error.
        for fd in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, fd) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let words = arguments.map { strdup($0) } + [nil]
        let names = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + names { free(text) } }
        var started: pid_t = 0
        let status = posix_spawn(&started, arguments[0], &actions, &attributes, words, names)
        guard status == 0 else { throw TestFault("start \(arguments): errno \(status)") }
        return started
    }

    package var stdout: String { folder.read("stdout") }
    package var stderr: String { folder.read("stderr") }

    /// How it ended; nil while it runs.
    package var ended: Ending? {
        ending.withLock {
            if let known = $0 { return known }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7f
            $0 = signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
            return $0
        }
    }

    /// Sends a signal, while it runs.
    package func send(_ signal: Int32) {
        ending.withLock { if $0 == nil { _ = kill(pid, signal) } }
    }

    /// Waits for its end.
    @discardableResult
    package func waitForEnd(within limit: Duration = .seconds(10)) throws -> Ending {
        try eventually("process \(pid) ends", within: limit) { ended }
    }

    /// Asks it to end by SIGTERM and, when `limit` has passed, ends it by SIGKILL.
    @discardableResult
    package func stop(within limit: Duration = .seconds(5)) -> Ending {
        send(SIGTERM)
        if let ending = try? waitForEnd(within: limit) { return ending }
        send(SIGKILL)
        return (try? waitForEnd(within: limit)) ?? .signal(SIGKILL)
    }

    /// Memory in use, in KiB, by /proc: now and at its highest.
    package var residentKilobytes: (now: Int, peak: Int) {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        func number(_ key: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") }
            return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        }
        return (number("VmRSS"), number("VmHWM"))
    }

    /// Descriptors that it has open.
    package var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? 0
    }

    /// Whether a SIGSTOP has arrived.
    package var isStopped: Bool { statistics.first == "T" }

    /// The fields of its `stat` from its state on.
    private var statistics: [Substring] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        // The name in parentheses may hold spaces: fields are counted after it.
        return text.split(separator: ")").last?.split(separator: " ") ?? []
    }

    /// CPU time used so far, in the kernel's ticks of 10 ms.
    package var processorTicks: Int {
        let fields = statistics
        return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    }

    deinit {
        if ended == nil {
            send(SIGKILL)
            _ = try? waitForEnd()
        }
        folder.remove()
    }
}
