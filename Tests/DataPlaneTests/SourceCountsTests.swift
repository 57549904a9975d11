import Bytes
import Reactor
import Testing

@testable import DataPlane

/// Connections counted by their source.
@Suite struct `Source counts` {
    private func address(_ bytes: [UInt8], port: UInt16 = 1) -> SocketAddress {
        SocketAddress(ip: bytes.span, port: port)
    }

    @Test func `a count is never too low, and whole again when all have left`() {
        var counts = SourceCounts(seed: HashSeed(0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93))
        let sources = (0..<3000).map { address([10, 0, UInt8($0 >> 8), UInt8($0 & 255)]) }
        for (index, source) in sources.enumerated() {
            for number in 0...index % 3 {
                counts.add(source)
                #expect(counts.count(source) > number)
            }
        }
        var exact = 0
        for (index, source) in sources.enumerated() {
            #expect(counts.count(source) > index % 3)
            if counts.count(source) == index % 3 + 1 { exact += 1 }
        }
        // Three thousand in twice 4,096 cells: about one in four shares both.
        #expect(exact > 1800)
        for (index, source) in sources.enumerated() {
            for _ in 0...index % 3 { counts.remove(source) }
        }
        #expect(sources.allSatisfy { counts.count($0) == 0 })
    }

    @Test func `ports do not matter, and of IPv6 the network does`() {
        var counts = SourceCounts(seed: HashSeed(0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb))
        counts.add(address([192, 0, 2, 1], port: 1))
        #expect(counts.count(address([192, 0, 2, 1], port: 2)) == 1)
        let network: [UInt8] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 1]
        counts.add(address(network + [0, 0, 0, 0, 0, 0, 0, 1]))
        #expect(counts.count(address(network + [9, 9, 9, 9, 9, 9, 9, 9])) == 1)
        let other: [UInt8] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(counts.count(address(other)) == 0)
    }
}
