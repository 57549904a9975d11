internal import Logging
internal import Reactor

/// Where blocks of lines go, and what is said when they cannot.
struct AccessOutput: ~Copyable {
    private var file: LogFile
    private let logger: Logger
    /// Said once, until lines can be written again.
    private var trouble = ""
    /// The last line that was written has no end.
    private var isCut = false

    init(_ file: consuming LogFile, _ logger: Logger) {
        self.file = file
        self.logger = logger
    }

    /// Writes the block; gives the count of lines that are lost.
    mutating func write(_ block: borrowing AccessBlock) -> UInt64 {
        var isBegun = false
        do throws(LogFile.Refusal) {
            if isCut {
                let lineFeed: [UInt8] = [0x0a]
                try file.write(lineFeed.span)
                isCut = false
            }
            isBegun = true
            try file.write(block.bytes.span)
            if !trouble.isEmpty { logger.notice("access log: lines can be written again") }
            trouble = ""
            return 0
        } catch {
            say("\(error), lines are lost")
            guard isBegun, error.written > 0 else { return block.count }
            isCut = block.bytes[error.written - 1] != 0x0a
            return block.count - UInt64(block.bytes[..<error.written].count { $0 == 0x0a })
        }
    }

    /// Opens the file again; where that fails the old one stays.
    mutating func reopen(_ path: String) {
        do throws(LogFile.Refusal) {
            file = try LogFile(path: path)
            isCut = false
            logger.notice("access log: \(path) is opened again")
        } catch {
            say("\(path): \(error), lines go on to the old file")
        }
    }

    private mutating func say(_ text: String) {
        if trouble != text { logger.warning("access log: \(text)") }
        trouble = text
    }
}
