internal import DataPlane
internal import Manifests
internal import Telemetry

/// What each part of the gateway takes from the settings.
extension Settings {
    var workerSettings: WorkerSettings {
        var parts = WorkerSettings(workers: workers ?? CPUCount.usable())
        if let bounds = histogramBuckets {
            guard let buckets = DurationBuckets(seconds: bounds) else {
                preconditionFailure("bounds that the settings should have refused")
            }
            parts.buckets = buckets
        }
        parts.allowsUnderscores = allowsUnderscores
        return parts
    }

    var manifestOptions: ManifestOptions {
        ManifestOptions(
            defaultDomain: domain, clusterDomain: clusterDomain, ingressClass: ingressClass)
    }

    var drainPlan: DrainPlan {
        DrainPlan(delay: drainDelay.nanoseconds, time: drainTime.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds; what is below zero counts as zero.
    fileprivate var nanoseconds: UInt64 { UInt64(max(0, self / .nanoseconds(1))) }
}
