import Bytes
import Testing

/// Lengths around the block of sixteen, so that block and rest are both met.
private let lengths = [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 50]

private func expectEnd(
    of search: (Span<UInt8>, Int) -> Int, filler: UInt8, stops: (UInt8) -> Bool
) {
    for count in lengths {
        let plain = [UInt8](repeating: filler, count: count)
        for from in 0...count { #expect(search(plain.span, from) == count) }
        for at in 0..<count {
            for byte in UInt8.min...UInt8.max {
                var bytes = plain
                bytes[at] = byte
                #expect(search(bytes.span, 0) == (stops(byte) ? at : count))
            }
            var bytes = plain
            bytes[at] = 0x0a
            #expect(search(bytes.span, min(at + 1, count)) == count)
        }
    }
}

@Test
func `A byte is found wherever it stands`() {
    expectEnd(of: { ByteScan.first(0x0a, in: $0, from: $1) }, filler: 0x61) { $0 == 0x0a }
}

@Test
func `A field value ends where a byte may not stand in it`() {
    expectEnd(of: { ByteScan.endOfFieldValue(in: $0, from: $1) }, filler: 0x61) {
        !ASCII.isFieldValue($0)
    }
}

/// Whether all bytes may stand in a field value, are visible, and none is a capital.
private func told(_ bytes: [UInt8]) -> [Bool] {
    let isValue = ByteScan.isFieldValue(bytes.span)
    let isVisible = ByteScan.isVisible(bytes.span)
    let isLowerCase = ByteScan.isLowerCase(bytes.span)
    return [isValue, isVisible, isLowerCase]
}

@Test
func `Whether all bytes may stand in a value does not depend on where they stand`() {
    for count in lengths {
        let plain = [UInt8](repeating: 0x61, count: count)
        #expect(told(plain) == [true, true, true])
        for at in 0..<count {
            for byte in UInt8.min...UInt8.max {
                var bytes = plain
                bytes[at] = byte
                let isVisible = byte > 0x20 && byte != 0x7f
                let isLowerCase = !(0x41...0x5a).contains(byte)
                #expect(told(bytes) == [ASCII.isFieldValue(byte), isVisible, isLowerCase])
            }
        }
    }
}

@Test
func `A target ends where a byte may not stand in it`() {
    expectEnd(of: { ByteScan.endOfTarget(in: $0, from: $1) }, filler: 0x2f) {
        !ASCII.isTarget($0)
    }
}

@Test
func `A plain name ends at the first other byte`() {
    expectEnd(of: { ByteScan.endOfPlainName(in: $0, from: $1) }, filler: 0x2d) {
        !ASCII.isPlainName($0)
    }
}

@Test
func `A token ends where a byte may not stand in it`() {
    expectEnd(of: { ByteScan.endOfToken(in: $0, from: $1) }, filler: 0x7a) { !ASCII.isToken($0) }
}

@Test
func `A host ends where a byte may not stand in it`() {
    expectEnd(of: { ByteScan.endOfHost(in: $0, from: $1) }, filler: 0x2e) { !ASCII.isHost($0) }
}

@Test
func `Text in JSON ends at a control, a quote or a backslash`() {
    expectEnd(of: { ByteScan.endOfJSONText(in: $0, from: $1) }, filler: 0x7f) {
        $0 < 0x20 || $0 == 0x22 || $0 == 0x5c
    }
}

@Test
func `Only letters may differ in case, at every length and place`() {
    for count in 0...40 {
        let lower = [UInt8](repeating: UInt8(ascii: "q"), count: count)
        let upper = [UInt8](repeating: UInt8(ascii: "Q"), count: count)
        #expect(same(lower, lower) && sameIgnoringCase(lower, upper))
        #expect(same(lower, upper) == lower.isEmpty)
        #expect(!same(lower, lower + [0x71]) && !sameIgnoringCase(lower + [0x71], lower))
        #expect(hash(lower) == hash(upper))
        for at in 0..<count {
            for byte: UInt8 in [0x72, 0xd1, 0x11, 0x31] {
                var other = lower
                other[at] = byte
                #expect(!same(lower, other) && !sameIgnoringCase(upper, other))
                #expect(hash(other) != hash(lower))
            }
        }
    }
}

@Test
func `A text of the source is compared with bytes`() {
    let name = Array("Transfer-Encoding".utf8)
    #expect(ByteScan.equal(name.span, "Transfer-Encoding") as Bool)
    #expect(!(ByteScan.equal(name.span, "transfer-encoding") as Bool))
    #expect(ByteScan.equal(name.span, ignoringCase: "transfer-encoding") as Bool)
    #expect(!(ByteScan.equal(name.span, ignoringCase: "transfer-encodinh") as Bool))
    #expect(ByteScan.starts(name.span, ignoringCase: "transfer-") as Bool)
    #expect(!(ByteScan.starts(name.span, ignoringCase: "transfer-encoding-") as Bool))
}

@Test
func `Hashes of many hosts do not meet`() {
    let hosts = (0..<20_000).map { "app-\($0).ns-\($0 % 7).example.com" }
    #expect(Set(hosts.map { hash(Array($0.utf8)) }).count == hosts.count)
    // The low bits choose a table's bucket: none may be crowded.
    var buckets = [Int](repeating: 0, count: 256)
    for host in hosts { buckets[Int(hash(Array(host.utf8)) & 255)] += 1 }
    #expect(buckets.allSatisfy { $0 > 30 && $0 < 140 })
}

/// Their second eight bytes were chosen so that the product with the first ones was zero, when the
/// hash began and multiplied with constants.
@Test(arguments: [seed, HashSeed(seed.factor, seed.start), HashSeed(1, 2)])
func `Hosts that were chosen to have one hash have many`(seed: HashSeed) {
    let labels = [
        "ib5fqmxlfe3k5lc9", "1r1ytkbgdjsjxi96", "gsf4d4tn8iq7q7kc", "zk42zo34qnchxdw6",
        "wsk5voe6y3ffn8eb", "c5blbdgci57wi7oi", "kuf53gbox46nij56", "7opjueskm7tw4gp6",
    ]
    let hosts = labels.map { Array("\($0).example.com".utf8) }
    #expect(Set(hosts.map { hash($0, seed) }).count == hosts.count)
}

@Test
func `A seed's hashes are not another's`() {
    let host = Array("app.example.com".utf8)
    let seeds = (0..<64).flatMap { [HashSeed(1 << $0, 1 << 40), HashSeed(0, 1 << $0 | 1 << 41)] }
    let hashes = Set(seeds.map { hash(host, $0) })
    // The factor's lowest and highest bits are always set.
    #expect(hashes.count == Set(seeds).count && hashes.count >= 126)
}

private func same(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    ByteScan.equal(left.span, right.span)
}

private func sameIgnoringCase(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    ByteScan.equal(left.span, ignoringCase: right.span)
}

private let seed = HashSeed(0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1)

private func hash(_ bytes: [UInt8], _ seed: HashSeed = seed) -> UInt64 {
    ByteScan.hash(ignoringCase: bytes.span, seed)
}
