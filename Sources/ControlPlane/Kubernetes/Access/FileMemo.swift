/// The last good content of a file that others replace.
struct FileMemo: Sendable {
    private let path: String
    private(set) var bytes: [UInt8] = []
    /// Why it could not be read the last time; nil when it could.
    private(set) var problem: String?

    init(_ path: String) {
        self.path = path
        read()
    }

    /// Reads it again; true when there is something new.
    @discardableResult
    mutating func read() -> Bool {
        do throws(SmallFile.Refusal) {
            let found = try SmallFile.bytes(path, sizeMax: ClusterAccess.fileMax)
            problem = nil
            defer { bytes = found }
            return found != bytes
        } catch {
            // It may be in the middle of being replaced: what was good stays.
            problem = "\(path): \(error.text)"
            return false
        }
    }
}
