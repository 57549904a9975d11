internal import Foundation
package import Telemetry

/// What the kernel knows of this process, as the `process_` metrics that every dashboard has.
package struct ProcessFacts {
    package var cpuSeconds = 0.0
    package var residentBytes = 0.0
    package var virtualBytes = 0.0
    package var openDescriptors = 0.0
    package var descriptorsMax = 0.0
    /// Seconds since 1970.
    package var startSeconds = 0.0

    /// Reads `/proc`; what is not there stays 0.
    package init(read: (String) -> String? = SmallFile.text) {
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        // The second field is the name in brackets, which may hold anything: count from its end.
        let stat = read("/proc/self/stat") ?? ""
        let fields = (stat.lastIndex(of: ")").map { stat[$0...] } ?? "")
            .split(separator: " ").dropFirst().map { Double($0) ?? 0 }
        if fields.count > 21 {
            cpuSeconds = (fields[11] + fields[12]) / ticks
            virtualBytes = fields[20]
            residentBytes = fields[21] * page
            startSeconds = Self.bootSeconds(read("/proc/stat") ?? "") + fields[19] / ticks
        }
        for line in (read("/proc/self/limits") ?? "").split(separator: "\n")
        where line.hasPrefix("Max open files") {
            descriptorsMax = line.split(separator: " ").compactMap { Double($0) }.first ?? 0
        }
        let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        openDescriptors = Double(open?.count ?? 0)
    }

    private static func bootSeconds(_ stat: String) -> Double {
        let line = stat.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }

    /// The facts as metrics.
    package var families: [MetricFamily] {
        [
            MetricFamily(
                "process_cpu_seconds_total", .counter, help: "CPU time used, user and system.",
                unit: "seconds", samples: [.init(cpuSeconds)]),
            MetricFamily(
                "process_resident_memory_bytes", .gauge, help: "Resident memory.", unit: "bytes",
                samples: [.init(residentBytes)]),
            MetricFamily(
                "process_virtual_memory_bytes", .gauge, help: "Virtual memory.", unit: "bytes",
                samples: [.init(virtualBytes)]),
            MetricFamily(
                "process_open_fds", .gauge, help: "Open descriptors.",
                samples: [.init(openDescriptors)]),
            MetricFamily(
                "process_max_fds", .gauge, help: "Descriptors that may be open.",
                samples: [.init(descriptorsMax)]),
            MetricFamily(
                "process_start_time_seconds", .gauge, help: "Start of the process since 1970.",
                unit: "seconds", samples: [.init(startSeconds)]),
        ]
    }
}
