/// One series' numbers, summed over all workers.
package struct SeriesReading: Sendable {
    package let labels: SeriesLabels
    package internal(set) var answers: [Answer: UInt64] = [:]
    /// Answers of kinds that found no place of their own (LIMIT), by the first digit of the code; 0
    /// for those that got no answer.
    package internal(set) var others: [Int: UInt64] = [:]
    /// Exchanges that have begun and are not over.
    package internal(set) var active = 0
    /// Open tunnels, and when they began: monotonic milliseconds, summed up.
    package internal(set) var tunnels = 0
    package internal(set) var tunnelStarts: UInt64 = 0
    /// gRPC calls that are over, by how they ended.
    package internal(set) var grpc: [GRPCStatus: UInt64] = [:]
    /// By the first digit of the code; 0 for those that got no answer.
    package internal(set) var durations: [Int: HistogramReading] = [:]
    package internal(set) var firstByte: HistogramReading?

    init(labels: SeriesLabels) { self.labels = labels }

    /// All exchanges that are over.
    package var requests: UInt64 {
        answers.values.reduce(others.values.reduce(0, &+), &+)
    }

    /// Those that were answered with 5xx.
    package var failures: UInt64 {
        answers.reduce(others[5] ?? 0) { $1.key.code / 100 == 5 ? $0 &+ $1.value : $0 }
    }

    /// The durations of all classes together; nil when there is none.
    package var allDurations: HistogramReading? {
        durations.values.reduce(nil) { HistogramReading.sum($0, $1) }
    }

    mutating func merge(_ other: SeriesReading) {
        answers.merge(other.answers, uniquingKeysWith: &+)
        others.merge(other.others, uniquingKeysWith: &+)
        active += other.active
        tunnels += other.tunnels
        tunnelStarts &+= other.tunnelStarts
        grpc.merge(other.grpc, uniquingKeysWith: &+)
        mergeTimes(other)
    }

    mutating func mergeTimes(_ other: SeriesReading) {
        for (codeClass, histogram) in other.durations {
            durations[codeClass] = .sum(durations[codeClass], histogram)
        }
        if let histogram = other.firstByte { firstByte = .sum(firstByte, histogram) }
    }
}

extension HistogramReading {
    static func sum(_ left: HistogramReading?, _ right: HistogramReading) -> HistogramReading {
        guard var sum = left else { return right }
        sum.merge(right)
        return sum
    }
}
