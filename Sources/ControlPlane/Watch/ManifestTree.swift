internal import Foundation
package import Reactor

/// The folders and files that are watched, and what each event means for them.
///
/// Owned by one thread, that of `ManifestWatch`. It reads names, never content.
package struct ManifestTree: ~Copyable {
    /// LIMIT: folders within folders.
    static let depthMax = 16
    /// LIMIT: watched folders.
    static let foldersMax = 4096
    /// LIMIT: manifests.
    static let filesMax = 16384
    /// How long a file may be missing before it counts as gone: editors save by moving the old
    /// file away and writing a new one.
    static let grace: Duration = .milliseconds(15)
    /// How long a file that changed without being closed must stay as it is before it is read.
    package static let repose: Duration = .milliseconds(100)

    private let roots: [String]
    private let events: DirectoryEvents
    /// What a watched inode is to us; one folder may be reached on several ways.
    private var roles: [DirectoryEvents.Watch: Set<Role>] = [:]
    private var files: Set<String> = []
    /// Files that were seen to go, and when they count as gone.
    private var missing: [String: ContinuousClock.Instant] = [:]
    /// What each file was when it was told last.
    private var known: [String: FileFacts] = [:]
    /// Files that may be being written: as they were seen last, and when they are looked at again.
    private var doubtful: [String: (facts: FileFacts, due: ContinuousClock.Instant)] = [:]
    private var changes = ManifestChanges()
    /// The scan was not caused by an event about what it finds.
    private var isDoubting = false

    private let wakeup = Wakeup()

    /// Watches nothing yet; a scan begins it.
    package init(roots: [String]) throws(DirectoryEvents.Refusal) {
        self.roots = roots
        events = try DirectoryEvents(wakeup: wakeup)
    }

    /// Ends the wait, or the next one; for any thread.
    var wake: @Sendable () -> Void {
        let wakeup = wakeup
        return { wakeup.signal() }
    }

    // MARK: Turns of the thread

    /// Waits until something happens, a missing file's time is up, or the wake-up is signalled.
    func wait(now: ContinuousClock.Instant) {
        let dues = [missing.values.min(), doubtful.values.map(\.due).min()]
        guard let next = dues.compactMap({ $0 }).min() else { return events.wait(milliseconds: -1) }
        let left = max(.zero, next - now) / .milliseconds(1)
        events.wait(milliseconds: CInt(left.rounded(.up)))
    }

    /// Waits for more events, at most this long.
    func pause(milliseconds: CInt) { events.wait(milliseconds: milliseconds) }

    /// Takes the events that have come; false when there are none.
    mutating func takeEvents(now: ContinuousClock.Instant) -> Bool {
        let taken = events.take()
        for event in taken { take(event, now: now) }
        return !taken.isEmpty
    }

    /// Declares files gone whose time is up.
    package mutating func settle(now: ContinuousClock.Instant) {
        for (path, deadline) in missing where deadline <= now {
            missing[path] = nil
            // A file that is back but still being written is told by its own close.
            if FileManager.default.fileExists(atPath: path) { continue }
            known[path] = nil
            if files.remove(path) != nil { changes.vanish(path) }
        }
        for (path, doubt) in doubtful where doubt.due <= now {
            let facts = FileFacts(path)
            doubtful[path] = nil
            if facts == nil {
                lost(path, now: now)
            } else if facts == doubt.facts {
                found(path)
            } else {
                doubted(path, now: now)
            }
        }
    }

    /// Reads all names for the first time.
    package mutating func scan(now: ContinuousClock.Instant) {
        for root in roots { scan(root: root, now: now) }
    }

    /// Reads all names anew; what changed without an event may be half-written, and waits.
    package mutating func rescan(now: ContinuousClock.Instant) {
        isDoubting = true
        scan(now: now)
        isDoubting = false
    }

    /// What has happened since the last call.
    package mutating func takeChanges() -> ManifestChanges {
        let taken = changes
        changes = ManifestChanges()
        return taken
    }

    // MARK: Events

    private mutating func take(_ event: DirectoryEvents.Event, now: ContinuousClock.Instant) {
        if event.kind == .overflowed { return rescan(now: now) }
        if event.kind == .ended { return roles[event.watch] = nil }
        for role in roles[event.watch] ?? [] {
            switch role {
            case .entry(let root, let name):
                // What stands at a root's own name was replaced, made or removed; or, with
                // Kubernetes, the link that its folder's names go through.
                let isContent = event.kind == .created && !event.isFolder
                if event.name == name, !isContent || isLink(root) {
                    scan(root: root, now: now)
                } else if event.name == "..data", event.kind == .arrived {
                    scan(root: root, now: now)
                }
            case .folder(let path, let depth):
                take(event, in: path, depth: depth, now: now)
            }
        }
    }

    private mutating func take(
        _ event: DirectoryEvents.Event, in folder: String, depth: Int,
        now: ContinuousClock.Instant
    ) {
        // A watched folder's own permissions: its parent tells them too.
        if event.name.isEmpty { return }
        if ManifestName.isHidden(event.name) {
            // Kubernetes swaps a volume's content by moving a link of this name into place.
            if event.name == "..data", event.kind == .arrived {
                scan(folder: folder, depth: depth, now: now)
            }
            return
        }
        let path = ManifestName.join(folder, event.name)
        let isFile = ManifestName.isManifest(event.name) && !event.isFolder
        switch event.kind {
        case .written:
            if isFile { found(path) }
        case .arrived, .created:
            if isFile {
                // A new file's content is still to come; a new link has it already.
                if event.kind == .arrived || isLink(path) { found(path) }
            } else if event.isFolder || isLink(path) {
                scan(folder: path, depth: depth + 1, now: now)
            }
        case .left, .deleted:
            if isFile { lost(path, now: now) } else { lost(folder: path, now: now) }
        case .attributed:
            // It may have become readable; it may also be open for writing.
            if event.isFolder {
                scan(folder: path, depth: depth + 1, now: now)
            } else if files.contains(path) {
                doubted(path, now: now)
            }
        case .ended, .overflowed: break
        }
    }

    private mutating func found(_ path: String) {
        guard files.contains(path) || files.count < Self.filesMax else {
            return changes.problems.append(
                "\(path): left out, \(Self.filesMax) manifests are watched already")
        }
        missing[path] = nil
        doubtful[path] = nil
        known[path] = FileFacts(path)
        files.insert(path)
        changes.write(path)
    }

    /// A scan came upon a file.
    private mutating func met(_ path: String, now: ContinuousClock.Instant) {
        if isDoubting, FileFacts(path) != known[path] {
            doubted(path, now: now)
        } else {
            found(path)
        }
    }

    /// Has a file looked at again; it is told once it rests.
    private mutating func doubted(_ path: String, now: ContinuousClock.Instant) {
        guard let facts = FileFacts(path) else { return lost(path, now: now) }
        missing[path] = nil
        doubtful[path] = (facts, now + Self.repose)
    }

    private mutating func lost(_ path: String, now: ContinuousClock.Instant) {
        guard files.contains(path), missing[path] == nil else { return }
        missing[path] = now + Self.grace
    }

    private mutating func lost(folder: String, now: ContinuousClock.Instant) {
        for path in files where path.hasPrefix(folder + "/") { lost(path, now: now) }
        drop(in: folder, but: [])
    }

    // MARK: Scans

    /// Reads a root anew, whatever stands there now.
    private mutating func scan(root: String, now: ContinuousClock.Instant) {
        watchEntry(of: root)
        // A file that is named is a manifest, whatever its ending.
        if FileManager.default.fileExists(atPath: root), !isFolder(root) {
            lost(folder: root, now: now)
            met(root, now: now)
        } else {
            lost(root, now: now)
            scan(folder: root, depth: 0, now: now)
        }
    }

    /// Watches the folder that a root stands in, and where its link leads, for its name.
    private mutating func watchEntry(of root: String) {
        var paths = [root]
        let resolved = URL(fileURLWithPath: root).resolvingSymlinksInPath().path
        if isLink(root), resolved != root { paths.append(resolved) }
        for path in paths {
            let (folder, name) = ManifestName.split(path)
            if [".", "..", ""].contains(name) { continue }
            do throws(DirectoryEvents.Refusal) {
                let watch = try events.watch(folder)
                roles[watch, default: []].insert(.entry(root: root, name: name))
            } catch {
                if error == .absent { continue }
                changes.problems.append("\(folder): changes of \(root) are not noticed: \(error)")
            }
        }
    }

    /// Reads a folder and those in it anew; what it held before and holds no more is lost.
    private mutating func scan(folder: String, depth: Int, now: ContinuousClock.Instant) {
        var fresh: Set<DirectoryEvents.Watch> = []
        var seen: Set<String> = []
        visit(folder, depth: depth, now: now, fresh: &fresh, seen: &seen)
        let inside = folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
        for path in files where path.hasPrefix(inside) && !seen.contains(path) {
            if inside.isEmpty, path.hasPrefix("/") || path.hasPrefix("../") { continue }
            lost(path, now: now)
        }
        drop(in: folder, but: fresh)
    }

    /// Watches a folder, then reads its names: so nothing is missed between the two.
    private mutating func visit(
        _ folder: String, depth: Int, now: ContinuousClock.Instant,
        fresh: inout Set<DirectoryEvents.Watch>, seen: inout Set<String>
    ) {
        // What cannot be opened as a folder is none; there is no cheaper way to ask.
        guard let names = watchAndList(folder, depth: depth, fresh: &fresh) else { return }
        for name in names.sorted() where !ManifestName.isHidden(name) {
            let path = ManifestName.join(folder, name)
            if ManifestName.isManifest(name), !isFolder(path) {
                seen.insert(path)
                met(path, now: now)
            } else {
                visit(path, depth: depth + 1, now: now, fresh: &fresh, seen: &seen)
            }
        }
    }

    private mutating func watchAndList(
        _ folder: String, depth: Int, fresh: inout Set<DirectoryEvents.Watch>
    ) -> [String]? {
        guard depth <= Self.depthMax, roles.count < Self.foldersMax else {
            changes.problems.append(
                "\(folder): left out, folders go \(Self.depthMax) deep and are "
                    + "\(Self.foldersMax) at most")
            return nil
        }
        do throws(DirectoryEvents.Refusal) {
            let watch = try events.watch(folder)
            roles[watch, default: []].insert(.folder(path: folder, depth: depth))
            fresh.insert(watch)
        } catch {
            if error == .absent { return nil }
            if error == .forbidden {
                changes.problems.append("\(folder): left out: \(error)")
                return nil
            }
            changes.problems.append("\(folder): changes are not noticed: \(error)")
        }
        return try? FileManager.default.contentsOfDirectory(atPath: folder)
    }

    /// Forgets what was known of a folder and those in it, except for the watches `fresh`.
    private mutating func drop(in folder: String, but fresh: Set<DirectoryEvents.Watch>) {
        for (watch, held) in roles where !fresh.contains(watch) {
            let left = held.filter { role in
                guard case .folder(let path, _) = role else { return true }
                return path != folder && !path.hasPrefix(folder + "/")
            }
            roles[watch] = left.isEmpty ? nil : left
            if left.isEmpty { events.forget(watch) }
        }
    }

    private func isFolder(_ path: String) -> Bool { FileFacts(path)?.kind == .folder }

    private func isLink(_ path: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }
}

extension ManifestTree {
    /// What a watched folder is to us.
    private enum Role: Hashable {
        /// Its manifests are ours; `depth` counts from the root.
        case folder(path: String, depth: Int)
        /// The root of this path stands in it under this name.
        case entry(root: String, name: String)
    }
}
