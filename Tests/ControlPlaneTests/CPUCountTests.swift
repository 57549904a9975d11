import ControlPlane
import Testing

@Suite struct CPUCountTests {
    @Test(arguments: [
        (["/proc/self/status": "Name:\tweir\nCpus_allowed_list:\t0-3,8\n"], 5),
        (
            [
                "/proc/self/status": "Cpus_allowed_list:\t0-7\n",
                "/proc/self/cgroup": "0::/pods/one\n",
                "/sys/fs/cgroup/pods/cpu.max": "150000 100000\n",
                "/sys/fs/cgroup/pods/one/cpu.max": "max 100000\n",
            ], 2
        ),
        (
            [
                "/proc/self/status": "Cpus_allowed_list:\t0\n",
                "/proc/self/cgroup": "0::/\n",
                "/sys/fs/cgroup/cpu.max": "400000 100000\n",
            ], 1
        ),
        (
            [
                "/proc/self/status": "Cpus_allowed_list:\t0-7\n",
                "/proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/x\n",
                "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
                "/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "250000\n",
                "/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
            ], 3
        ),
        ([:], 1),
    ])
    func `the smaller of affinity and quota, rounded up`(files: [String: String], count: Int) {
        #expect(CPUCount.usable { files[$0] } == count)
    }

    @Test func `this machine has at least one`() { #expect(CPUCount.usable() >= 1) }
}
