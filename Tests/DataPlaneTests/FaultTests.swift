import HTTP
import Testing

@testable import DataPlane

struct FaultTests {
    @Test func `every refusal has a number of its own and a name`() {
        let names = Rejection.names.map { "\($0)" }
        #expect(Set(names).count == names.count)
        #expect(names[Int(Rejection.headTimeout)] == "head_timeout")
        for fault in HeadFault.allCases {
            #expect(names[Int(fault.rawValue)] == "\(fault.reason)")
        }
    }

    @Test func `a request is sent again only where that is safe`() {
        #expect(Fault(.connectFailed).retry == .always)
        #expect(Fault(.connectTimeout).retry == .always)
        #expect(Fault(.upstreamClosed).retry == .onlyIfReused)
        #expect(Fault(.upstreamReset).retry == .onlyIfReused)
        #expect(Fault(.badResponse(.badStatusLine)).retry == .never)
        #expect(Fault(.noRoute).retry == .never)
        for kind in [Fault.Kind.streamRefused, .upstreamSilent] {
            #expect(Fault(kind).retry == .ifBodyUnsent)
            #expect(Fault(kind).isUnseen && !Fault(kind).isUnreachable)
        }
        #expect(!Fault(.connectFailed).isUnseen)
    }

    @Test func `faults answer with the status that Knative's ingresses give`() {
        #expect(Fault(.noRoute).status == 404)
        #expect("\(Fault(.noRoute).text)".isEmpty)
        #expect(Fault(.noDestination).status == 503)
        #expect(Fault(.connectFailed).status == 503)
        #expect(Fault(.badResponse(.badChunkSize)).status == 502)
        #expect(Fault(.headTimeout).status == 408)
        #expect(Fault(.refused(.headTooLarge)).status == 431)
    }
}
