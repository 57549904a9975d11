import Telemetry
import Testing

@testable import DataPlane

@Test
func `every reason of a rejection has a counter and a name of its own`() {
    let names = Rejection.names.map(\.description)
    // The last counter also takes what is above.
    #expect(names.count < TallyLimits.reasonsMax)
    #expect(Set(names).count == names.count)
}
