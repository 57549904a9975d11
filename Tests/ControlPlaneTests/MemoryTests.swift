import DataPlane
import Glibc
import Testing

@testable import ControlPlane
@testable import Telemetry

@Suite struct MemoryTests {
    @Test(arguments: [
        // The tightest one of those above it.
        (
            [
                "/proc/self/cgroup": "0::/pods/one\n",
                "/sys/fs/cgroup/pods/memory.max": "1000000000\n",
                "/sys/fs/cgroup/pods/one/memory.max": "max\n",
            ], 800_000_000
        ),
        // A container's own place is the root that it sees.
        (
            [
                "/proc/self/cgroup": "0::/kubepods/x\n",
                "/sys/fs/cgroup/memory.max": "500000000\n",
            ], 400_000_000
        ),
        (
            [
                "/proc/self/cgroup": "4:memory:/x\n1:cpu:/y\n0::/\n",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "100000000\n",
            ], 80_000_000
        ),
        (
            [
                "/proc/self/cgroup": "4:memory:/\n",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            ], nil
        ),
        (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "max\n"], nil),
        ([:], nil),
    ])
    func `a share is one of the cgroup's limit`(files: [String: String], bytes: Int?) {
        #expect(MemoryLimit.share(percent: 80).bytes { files[$0] } == bytes)
        #expect(MemoryLimit.bytes(7).bytes { files[$0] } == 7)
        #expect(MemoryLimit.off.bytes { files[$0] } == nil)
    }

    @Test func `connections go first, then requests, and both come back later than they went`() {
        var pressure = MemoryPressure(limit: 1000)
        let course: [(resident: Int, expected: Shedding)] = [
            (940, .nothing), (950, .spareMemory), (999, .spareMemory), (1000, .connections),
            (960, .connections), (1049, .connections), (1050, .requests), (1000, .requests),
            (999, .connections), (950, .connections), (949, .nothing), (960, .spareMemory),
            (2000, .requests), (0, .nothing),
        ]
        for (resident, expected) in course {
            let before = pressure.shedding
            let isNew = pressure.take(resident: resident)
            #expect(pressure.shedding == expected, "\(resident)")
            #expect(isNew == (before != expected))
        }
    }

    @Test func `what refusing does not help against is served over after a minute`() {
        var pressure = MemoryPressure(limit: 1000)
        for _ in 0..<MemoryPressure.patience + 1 {
            _ = pressure.take(resident: 1020)
            #expect(pressure.shedding == .connections)
        }
        _ = pressure.take(resident: 1020)
        #expect(pressure.shedding == .spareMemory && pressure.ceiling == 1060)
        // More than that is too much again, and once memory has fallen the limit is what it was.
        _ = pressure.take(resident: 1060)
        #expect(pressure.shedding >= .connections)
        _ = pressure.take(resident: 900)
        #expect(pressure.shedding == .nothing && pressure.ceiling == 1000)
    }

    @Test func `the metrics say what is refused`() {
        func values(_ shedding: Shedding) -> [Double] {
            MemoryFigures(limit: 7, shedding: shedding).families.flatMap { $0.samples.map(\.value) }
        }
        #expect(values(.spareMemory) == [7, 0, 0])
        #expect(values(.connections) == [7, 1, 0])
        #expect(values(.requests) == [7, 1, 1])
    }

    @Test func `resident memory is read again and again from one file`() throws {
        let memory = try #require(ResidentMemory())
        let before = try #require(memory.bytes())
        let size = 256 << 20
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
        defer { block.deallocate() }
        memset(block, 1, size)
        let after = try #require(memory.bytes())
        // Others free some at the same time.
        #expect(after - before > size / 2)
    }
}
