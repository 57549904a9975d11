internal import Foundation
internal import Synchronization

/// One run of a program whose output is wanted.
struct ExecRun: Sendable {
    /// LIMIT: bytes of the output.
    private static let outputMax = 1 << 20
    /// How long it may take: somebody may have to log in elsewhere.
    static let timeMax: Duration = .seconds(60)

    /// LIMIT: tries to run what is still being written, and seconds between them.
    private static let triesMax = 20
    private static let pause = 0.05

    var path: String
    var arguments: [String]
    /// All of it.
    var environment: [String: String]
    var time = Self.timeMax

    /// Runs the program and gives what it printed.
    ///
    /// Its standard error is ours, where people look.
    func output() async throws(ExecRefusal) -> [UInt8] {
        let outcome: Result<[UInt8], ExecRefusal> = await withCheckedContinuation { continuation in
            // It blocks: no thread of the pool may wait so.
            Thread.detachNewThread { continuation.resume(returning: outcomeOfRun()) }
        }
        return try outcome.get()
    }

    private func outcomeOfRun() -> Result<[UInt8], ExecRefusal> {
        let pipe = Pipe()
        let process: Process
        switch begin(pipe) {
        case .success(let begun): process = begun
        case .failure(let refusal): return .failure(refusal)
        }
        let guardian = Guardian(process.processIdentifier, time)
        let bytes = Self.read(pipe.fileHandleForReading)
        if bytes == nil { guardian.end() }
        process.waitUntilExit()
        if guardian.leave() { return .failure(ExecRefusal("it did not end in \(time)")) }
        guard let bytes else {
            return .failure(ExecRefusal("it printed more than \(Self.outputMax >> 20) MiB"))
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            return .failure(ExecRefusal("it failed with code \(process.terminationStatus)"))
        }
        return .success(bytes)
    }

    /// Starts the program, which somebody may be about to replace: what is still being written cannot
    /// be run (ETXTBSY), for a moment.
    private func begin(_ pipe: Pipe) -> Result<Process, ExecRefusal> {
        var tries = 0
        while true {
            // A process that could not be started cannot be tried again.
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.environment = environment
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = pipe
            do {
                try process.run()
                return .success(process)
            } catch {
                let cause = Self.cause(of: error)
                tries += 1
                guard cause.code == Int(ETXTBSY), tries < Self.triesMax else {
                    let why = cause.localizedFailureReason.map { ": \($0)" } ?? ""
                    return .failure(ExecRefusal("it cannot be run\(why)"))
                }
                Thread.sleep(forTimeInterval: Self.pause)
            }
        }
    }

    /// What the kernel said, which Foundation wraps.
    private static func cause(of error: any Error) -> NSError {
        let outer = error as NSError
        return outer.userInfo[NSUnderlyingErrorKey] as? NSError ?? outer
    }

    /// All that is printed; nil when it is too much.
    private static func read(_ handle: FileHandle) -> [UInt8]? {
        var bytes: [UInt8] = []
        while let chunk = try? handle.read(upToCount: 1 << 16), !chunk.isEmpty {
            bytes += chunk
            if bytes.count > outputMax { return nil }
        }
        return bytes
    }

    /// Ends a process that takes too long.
    private final class Guardian: Sendable {
        private let process: pid_t
        private let shared = Mutex((isOver: false, hasEnded: false))
        private let clock = Mutex<Task<Void, Never>?>(nil)

        init(_ process: pid_t, _ time: Duration) {
            self.process = process
            let task = Task { [self] in
                do { try await Task.sleep(for: time) } catch { return }
                shared.withLock { shared in
                    if shared.isOver { return }
                    shared.hasEnded = true
                    Self.kill(process)
                }
            }
            clock.withLock { $0 = task }
        }

        func end() {
            shared.withLock { shared in if !shared.isOver { Self.kill(process) } }
        }

        /// With all that it began: Foundation gives each process a group of its own.
        private static func kill(_ process: pid_t) {
            if Foundation.kill(-process, SIGKILL) != 0 { Foundation.kill(process, SIGKILL) }
        }

        /// The process is over; true when it was ended for its time.
        func leave() -> Bool {
            clock.withLock { $0?.cancel() }
            return shared.withLock { shared in
                shared.isOver = true
                return shared.hasEnded
            }
        }
    }
}
