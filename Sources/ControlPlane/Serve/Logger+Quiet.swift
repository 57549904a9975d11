internal import Logging

extension Logger {
    /// The same, for libraries: what matters of theirs is thrown, and said once.
    var quiet: Logger {
        var logger = self
        logger.logLevel = .critical
        return logger
    }
}
