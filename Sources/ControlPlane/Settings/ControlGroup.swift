/// The cgroups that this process is in, of both versions, as the kernel's files tell of them.
enum ControlGroup {
    /// One of them, or one above it.
    struct Place {
        /// Below the controller's root; empty for the root itself.
        let path: String
        let isV2: Bool
    }

    /// Those whose limits of `controller` (`cpu`, `memory`) hold for this process, the own one first.
    ///
    /// `read` gives a file's text, nil where there is none.
    static func places(of controller: Substring, read: (String) -> String?) -> [Place] {
        var places: [Place] = []
        for line in (read("/proc/self/cgroup") ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isV2 = parts[1].isEmpty
            guard isV2 || parts[1].split(separator: ",").contains(controller) else { continue }
            // A container often sees its own cgroup as the root: both places are asked.
            var path = parts[2] == "/" ? "" : String(parts[2])
            places.append(Place(path: path, isV2: isV2))
            while let slash = path.lastIndex(of: "/") {
                path = String(path[..<slash])
                places.append(Place(path: path, isV2: isV2))
            }
        }
        return places
    }

    /// The tightest limit of memory in bytes; nil where there is none.
    static func memoryLimit(read: (String) -> String?) -> Int? {
        let limits = places(of: "memory", read: read).compactMap { place -> Int? in
            let file =
                place.isV2
                ? "/sys/fs/cgroup\(place.path)/memory.max"
                : "/sys/fs/cgroup/memory\(place.path)/memory.limit_in_bytes"
            return read(file).flatMap { Int($0.filter { !$0.isWhitespace }) }
        }
        // `max` is no number; the older version's word for it is as large as numbers go.
        return limits.filter { $0 > 0 && $0 < 1 << 60 }.min()
    }
}
