import Reactor
import Routing
import Testing

@testable import DataPlane

private func address(_ bytes: [UInt8]) -> SocketAddress { SocketAddress(ip: bytes.span, port: 1) }

@Test
func `An address is in a network when its leading bits are`() {
    let six: [UInt8] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]
    let list = NetworkList([
        NetworkSource(ip: [10, 0, 0, 0], prefix: 8), NetworkSource(ip: [192, 0, 2, 7], prefix: 32),
        NetworkSource(ip: six, prefix: 65),
    ])
    #expect(list.contains(address([10, 255, 1, 2])))
    #expect(!list.contains(address([11, 0, 0, 0])))
    #expect(list.contains(address([192, 0, 2, 7])))
    #expect(!list.contains(address([192, 0, 2, 6])))
    var inside = six
    inside[15] = 9
    #expect(list.contains(address(inside)))
    inside[8] = 0x7f
    #expect(!list.contains(address(inside)))
}

@Test
func `A network of one family holds nobody of the other`() {
    let all = NetworkList([NetworkSource(ip: [0, 0, 0, 0], prefix: 0)])
    #expect(all.contains(address([255, 0, 0, 1])))
    #expect(!all.contains(address([UInt8](repeating: 0, count: 16))))
    #expect(!NetworkList([]).contains(address([0, 0, 0, 0])))
}
