import Foundation
import Reactor
import Testing

@testable import ControlPlane

struct CongestionChoiceTests {
    private static let file = "/proc/sys/net/ipv4/tcp_congestion_control"

    @Test(
        arguments: [
            ("bbr\n", CongestionControl(network: "bbr", loopback: "reno")),
            ("cubic\n", CongestionControl()), (nil, CongestionControl()),
        ] as [(String?, CongestionControl)])
    func `automatic is what the system says, but not over loopback`(
        system: String?, parts: CongestionControl
    ) {
        #expect(CongestionChoice.automatic.parts { $0 == Self.file ? system : nil } == parts)
        #expect(CongestionChoice.system.parts { _ in system } == CongestionControl())
    }

    @Test func `workers are told of it`() throws {
        for (text, name) in [("cubic", "cubic"), ("system", nil)] as [(String, String?)] {
            let input = SettingsInput(flags: ["congestion-control": [text]])
            let parts = try input.resolve().settings.workerSettings.socketOptions
            #expect(parts.congestionControl == CongestionControl(network: name, loopback: name))
        }
    }

    @Test func `an algorithm that the kernel does not grant is said`() throws {
        try CongestionChoice.algorithm("cubic").check { $0 == "cubic" }
        try CongestionChoice.automatic.check { _ in false }
        let fault = #expect(throws: GatewayFault.self) {
            try CongestionChoice.algorithm("vegas").check { $0 == "cubic" }
        }
        // `weir check` takes it apart at its last comma.
        let parts = fault?.description.components(separatedBy: ", ") ?? []
        #expect(parts.count == 2)
        #expect(parts.first == "congestion-control: this kernel does not grant \"vegas\"")
        #expect(parts.last?.hasSuffix("would be right") == true)
    }
}
