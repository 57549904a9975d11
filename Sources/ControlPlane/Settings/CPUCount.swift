/// How many CPUs this process may use: the smaller of its affinity mask and its cgroup's quota.
package enum CPUCount {
    /// The count, at least 1.
    ///
    /// `read` gives a file's text, nil where there is none.
    package static func usable(read: (String) -> String? = SmallFile.text) -> Int {
        let mask = read("/proc/self/status").flatMap(allowed) ?? 1
        return max(1, min(mask, quota(read: read) ?? mask))
    }

    /// Counts the list in `Cpus_allowed_list: 0-3,8`.
    private static func allowed(status: String) -> Int? {
        let label = "Cpus_allowed_list:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) })
        else { return nil }
        var count = 0
        for part in line.dropFirst(label.count).filter({ !$0.isWhitespace }).split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, last >= first else { return nil }
            count += last - first + 1
        }
        return count
    }

    /// The tightest quota of the cgroup and those above it, rounded up; nil means none.
    private static func quota(read: (String) -> String?) -> Int? {
        ControlGroup.places(of: "cpu", read: read)
            .compactMap { quota(at: $0.path, isV2: $0.isV2, read: read) }.min()
    }

    private static func quota(at path: String, isV2: Bool, read: (String) -> String?) -> Int? {
        let numbers: [Int]
        if isV2 {
            let text = read("/sys/fs/cgroup\(path)/cpu.max") ?? ""
            numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        } else {
            let folder = "/sys/fs/cgroup/cpu\(path)/cpu.cfs_"
            numbers = ["quota_us", "period_us"].compactMap { name in
                read(folder + name).flatMap { Int($0.filter { !$0.isWhitespace }) }
            }
        }
        // `max` is no number, and -1 means no quota: both leave fewer than two above zero.
        guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return nil }
        return (numbers[0] + numbers[1] - 1) / numbers[1]
    }
}
