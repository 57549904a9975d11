import Bytes
import ControlPlane
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("::1", "::1"),
        ("2001:DB8::1", "2001:db8::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("::ffff:10.0.0.1", "::ffff:a00:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1::", "1::"),
    ])
    func `an address is read and written`(text: String, written: String) throws {
        let bytes = try #require(IPText.bytes(of: text))
        #expect(IPText.text(of: bytes) == written)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "a.b.c.d", ":", ":::", "1:2", "1::2::3",
        "12345::", "1:2:3:4:5:6:7:8:9", "::g", "1.2.3.4::", "1:2:3:4:5:6:7::8", "+1.2.3.4",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPText.bytes(of: text) == nil)
    }

    @Test(arguments: [
        (":80", ":80"), ("*:80", ":80"), ("127.0.0.1:0", "127.0.0.1:0"), ("[::1]:80", "[::1]:80"),
        ("localhost:1", "127.0.0.1:1"),
    ])
    func `an address to listen at is read and written`(text: String, written: String) {
        #expect(ListenAddress(text)?.description == written)
    }

    @Test(arguments: ["80", "127.0.0.1", "::1:80", "[127.0.0.1]:80", "host:80", ":65536", ":-1"])
    func `what is no address to listen at is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.1.2.3/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32"), ("fd12::1/12", "fd10::/12"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ])
    func `a network keeps its leading bits`(text: String, written: String) {
        #expect(AddressRange(text)?.description == written)
    }
}
