import Testing

@testable import ControlPlane

@Suite struct ReplicaTests {
    private func versions(_ text: String) -> ClusterVersions { ClusterVersions(text) }

    private func lease(_ name: String, served: String, renewed: String) -> ClusterEvent {
        .changed(object(name, served: served, renewed: renewed))
    }

    private func object(_ name: String, served: String, renewed: String) -> ClusterObject {
        var lease = Lease()
        lease.metadata.name = name
        lease.annotate(ReplicaName.served, served)
        lease.spec.renewTime = renewed
        return ClusterObject(
            resource: .leases, namespace: "weir-system", name: name, uid: name,
            resourceVersion: "1", generation: 0,
            text: String(decoding: lease.json, as: UTF8.self))
    }

    // MARK: Versions

    @Test func `versions are written and read`() {
        var versions = ClusterVersions()
        versions.advance(.ingresses, to: "12")
        versions.advance(.services, to: "9")
        versions.advance(.endpointSlices, to: "31")
        versions.advance(.ingresses, to: "11")
        versions.advance(.secrets, to: "99")
        versions.advance(.services, to: "opaque")
        #expect(versions.description == "ingresses=12,services=9,endpointslices=31")
        #expect(ClusterVersions(versions.description) == versions)
        #expect(ClusterVersions("") == ClusterVersions())
        #expect(ClusterVersions("ingresses=x,new=4,services=2").services == 2)
    }

    @Test func `whoever is behind in one collection does not cover`() {
        let need = versions("ingresses=10,services=10,endpointslices=10")
        #expect(need.covers(need))
        #expect(versions("ingresses=11,services=10,endpointslices=12").covers(need))
        #expect(!versions("ingresses=9,services=99,endpointslices=99").covers(need))
        #expect(!versions("ingresses=99,services=99,endpointslices=9").covers(need))
    }

    // MARK: Roster

    @Test func `the slowest replica decides`() {
        let roster = ReplicaRoster()
        let now = ContinuousClock.now
        #expect(!roster.isListed)
        roster.take(
            .listed([
                object("weir-a", served: "ingresses=5,services=5,endpointslices=5", renewed: "1"),
                object("weir-b", served: "ingresses=7,services=3,endpointslices=5", renewed: "1"),
            ]), at: now)
        #expect(roster.isListed)
        #expect(
            roster.floor(at: now)?.description == "ingresses=5,services=3,endpointslices=5")
        let need = versions("ingresses=5,services=4,endpointslices=5")
        #expect(roster.lagging(behind: need, at: now) == ["weir-b"])
        roster.take(
            lease("weir-b", served: "ingresses=7,services=4,endpointslices=5", renewed: "2"),
            at: now)
        #expect(roster.lagging(behind: need, at: now).isEmpty)
    }

    @Test func `a replica whose Lease is not renewed counts no more`() {
        let roster = ReplicaRoster()
        let start = ContinuousClock.now
        for name in ["weir-a", "weir-b"] {
            roster.take(lease(name, served: "ingresses=1", renewed: "1"), at: start)
        }
        let later = start + ReplicaRoster.lifetime
        roster.take(lease("weir-b", served: "ingresses=2", renewed: "2"), at: later - .seconds(1))
        // Read again, as after a broken watch: that renews nothing.
        roster.take(lease("weir-a", served: "ingresses=1", renewed: "1"), at: later - .seconds(1))
        #expect(roster.live(at: later - .seconds(1)) == ["weir-a", "weir-b"])
        #expect(roster.live(at: later) == ["weir-b"])
        #expect(roster.floor(at: later)?.ingresses == 2)
    }

    @Test func `a Lease that nobody renews is abandoned after ten minutes`() {
        let roster = ReplicaRoster()
        let start = ContinuousClock.now
        roster.take(
            .listed(
                ["weir-a", "weir-b"].map { object($0, served: "ingresses=1", renewed: "1") }),
            at: start)
        let later = start + ReplicaRoster.keptFor
        roster.take(lease("weir-b", served: "ingresses=1", renewed: "2"), at: later - .seconds(1))
        #expect(roster.abandoned(at: later - .seconds(1)).isEmpty)
        #expect(roster.abandoned(at: later) == ["weir-a"])
        // Who is not heard may renew all the same.
        roster.take(.failing(.unreachable("cut")), at: later)
        #expect(roster.abandoned(at: later).isEmpty)
    }

    @Test func `two processes of one pod name are two holders`() {
        let one = ReplicaIdentity(pod: "weir_0", mark: "00000001", namespace: "s")
        let other = ReplicaIdentity(pod: "weir_0", mark: "00000002", namespace: "s")
        #expect(one.holder != other.holder && one.lease == other.lease)
        #expect(ReplicaIdentity.pod(ofHolder: one.holder) == "weir_0")
        #expect(ReplicaIdentity.pod(ofHolder: "somebody") == "somebody")
    }

    @Test func `a replica that took its Lease away counts no more`() {
        let roster = ReplicaRoster()
        let now = ContinuousClock.now
        roster.take(lease("weir-a", served: "ingresses=1", renewed: "1"), at: now)
        roster.take(.gone(namespace: "weir-system", name: "weir-a"), at: now)
        #expect(roster.live(at: now).isEmpty)
        #expect(roster.floor(at: now) == nil)
    }

    @Test func `while its watch fails the roster counts as not listed, and nobody is lost`() {
        let roster = ReplicaRoster()
        let start = ContinuousClock.now
        roster.take(
            .listed([object("weir-a", served: "ingresses=1", renewed: "1")]), at: start)
        roster.take(.failing(.unreachable("cut")), at: start)
        #expect(!roster.isListed)
        let later = start + ReplicaRoster.lifetime * 2
        #expect(roster.live(at: later).isEmpty)
        roster.take(.recovered, at: later)
        #expect(roster.isListed)
        #expect(roster.live(at: later) == ["weir-a"])
    }

    @Test func `after a restore nobody counts before it has gone back`() {
        let roster = ReplicaRoster()
        let now = ContinuousClock.now
        let names = ["weir-a", "weir-b", "weir-c"]
        for (name, served) in zip(names, [900, 990, 41]) {
            roster.take(lease(name, served: "ingresses=\(served)", renewed: "1"), at: now)
        }
        roster.distrust()
        roster.trust(upTo: versions("ingresses=40"))
        let need = versions("ingresses=40")
        #expect(roster.lagging(behind: need, at: now) == names)
        // One goes back, one only renews, one was ahead of this replica.
        roster.take(lease("weir-a", served: "ingresses=42", renewed: "2"), at: now)
        roster.take(lease("weir-b", served: "ingresses=990", renewed: "2"), at: now)
        roster.trust(upTo: versions("ingresses=41"))
        #expect(roster.lagging(behind: need, at: now) == ["weir-b"])
        #expect(roster.floor(at: now) == ClusterVersions())
        roster.take(lease("weir-b", served: "ingresses=43", renewed: "3"), at: now)
        #expect(roster.floor(at: now)?.ingresses == 41)
    }

    // MARK: Leases

    @Test func `times are read back`() {
        #expect(
            APITime.nanoseconds("2026-11-28T16:00:00.500000Z") == 1_795_881_600_500_000_000)
        #expect(APITime.nanoseconds("2026-11-28T16:00:00Z") == 1_795_881_600_000_000_000)
        for text in ["yesterday", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z", ""] {
            #expect(APITime.nanoseconds(text) == nil, "\(text)")
        }
    }

    @Test func `times have six digits and the letter Z`() {
        #expect(APITime.micro(1_795_881_600_000_042_999) == "2026-11-28T16:00:00.000042Z")
        #expect(APITime.second(1_795_881_600_999_999_999) == "2026-11-28T16:00:00Z")
    }

    @Test func `a Lease keeps what it is written back for`() throws {
        let text = """
            {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "weir-leader",
            "namespace": "weir-system", "resourceVersion": "42", "annotations": {"a": "b"},
            "managedFields": [{"manager": "x"}]}, "spec": {"holderIdentity": "weir-0",
            "leaseDurationSeconds": 8, "renewTime": "2026-11-28T16:00:00.000000Z",
            "acquireTime": "2026-11-28T15:00:00.000000Z", "leaseTransitions": 3}}
            """
        var lease = try Lease(Array(text.utf8))
        lease.annotate("c", "d")
        let again = try Lease(lease.json)
        #expect(again == lease)
        #expect(again.metadata.annotations == ["a": "b", "c": "d"])
        #expect(again.spec.leaseTransitions == 3)
        #expect(throws: APIFault.self) { try Lease(Array("[]".utf8)) }
    }
}
