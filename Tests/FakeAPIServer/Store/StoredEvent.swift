import NIOCore
import Synchronization

/// One change of one object; its bytes are encoded once, however many watch it.
final class StoredEvent: Sendable {
    /// What a watch calls a change.
    enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    let revision: Int
    /// The object after the change; nil when it is gone.
    let current: StoredObject?
    /// The object before the change; nil when it is new.
    let previous: StoredObject?
    private let encoded = Mutex<[Kind: ByteBuffer]>([:])

    init(revision: Int, current: StoredObject?, previous: StoredObject?) {
        self.revision = revision
        self.current = current
        self.previous = previous
    }

    /// The change as a watch of that selection sees it; nil when it sees none.
    func bytes(for selection: Selection) -> ByteBuffer? {
        let isIn = current.map(selection.matches) ?? false
        let wasIn = previous.map(selection.matches) ?? false
        switch (wasIn, isIn) {
        case (false, false): return nil
        case (false, true): return line(.added)
        case (true, true): return line(.modified)
        case (true, false): return line(.deleted)
        }
    }

    private func line(_ kind: Kind) -> ByteBuffer {
        encoded.withLock { known in
            if let bytes = known[kind] { return bytes }
            // What leaves a selection is told as it was, with the version of the change.
            let object = kind == .deleted ? previous?.at(revision: revision) : current
            let bytes = Self.line(kind.rawValue, object?.bytes ?? ByteBuffer(string: "{}"))
            known[kind] = bytes
            return bytes
        }
    }

    /// One line of a watch.
    static func line(_ type: String, _ object: ByteBuffer) -> ByteBuffer {
        var buffer = ByteBuffer(string: "{\"type\":\"\(type)\",\"object\":")
        buffer.writeImmutableBuffer(object)
        buffer.writeString("}\n")
        return buffer
    }
}
