import HTTP
import Testing

@Test
func `The linked nghttp2 tells its version`() {
    #expect(Library.version().split(separator: ".").count == 3)
}
