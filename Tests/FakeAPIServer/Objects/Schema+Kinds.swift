extension Resource {
    /// The form of its objects.
    var schema: Schema { Schema.of[self] ?? .any }
}

extension Schema {
    /// Of pods and events the insides are kept as they are.
    static let of: [Resource: Schema] = [
        .ingresses: object(top(["spec": ingressSpec, "status": ingressStatus])),
        .services: object(top(["spec": serviceSpec, "status": .any])),
        .secrets: object(
            top([
                "data": .map(.base64), "stringData": .map(.string), "type": .string,
                "immutable": .boolean,
            ])),
        .configMaps: object(
            top([
                "data": .map(.string), "binaryData": .map(.base64), "immutable": .boolean,
            ])),
        .endpoints: object(top(["subsets": .list(subset)])),
        .endpointSlices: object(
            top([
                "addressType": .string, "endpoints": .list(slicePart), "ports": .list(slicePort),
            ])),
        .leases: object(top(["spec": leaseSpec])),
        .namespaces: object(
            top(["spec": object(["finalizers": strings]), "status": .any])),
        .pods: object(top(["spec": .any, "status": .any])),
        .events: object(top(eventFields)),
    ]

    private static let strings = Schema.list(.string)

    private static func top(_ fields: [String: Schema]) -> [String: Schema] {
        fields.merging(["apiVersion": .string, "kind": .string, "metadata": metadata]) { $1 }
    }

    private static let metadata = object([
        "name": .string, "generateName": .string, "namespace": .string, "selfLink": .string,
        "uid": .string, "resourceVersion": .string, "generation": .integer,
        "creationTimestamp": .string, "deletionTimestamp": .string,
        "deletionGracePeriodSeconds": .integer, "labels": .map(.string),
        "annotations": .map(.string), "finalizers": strings, "managedFields": .list(.any),
        "ownerReferences": .list(
            object([
                "apiVersion": .string, "kind": .string, "name": .string, "uid": .string,
                "controller": .boolean, "blockOwnerDeletion": .boolean,
            ])),
    ])

    private static let ingressSpec = object([
        "httpOption": .string,
        "tls": .list(
            object(["hosts": strings, "secretName": .string, "secretNamespace": .string])),
        "rules": .list(
            object([
                "hosts": strings, "visibility": .string,
                "http": object(["paths": .list(ingressPath)], required: ["paths"]),
            ])),
    ])

    private static let ingressPath = object(
        [
            "path": .string, "rewriteHost": .string, "appendHeaders": .map(.string),
            "headers": .map(object(["exact": .string], required: ["exact"])),
            "splits": .list(
                object(
                    [
                        "serviceNamespace": .string, "serviceName": .string,
                        "servicePort": .intOrString, "percent": .integer,
                        "appendHeaders": .map(.string),
                    ], required: ["serviceName", "serviceNamespace", "servicePort"])),
        ], required: ["splits"])

    private static let ingressStatus = object([
        "annotations": .map(.string), "observedGeneration": .integer,
        "conditions": .list(
            object(
                [
                    "type": .string, "status": .string, "severity": .string, "reason": .string,
                    "message": .string, "lastTransitionTime": .string,
                ], required: ["status", "type"])),
        "publicLoadBalancer": loadBalancer, "privateLoadBalancer": loadBalancer,
    ])

    private static let loadBalancer = object([
        "ingress": .list(
            object([
                "ip": .string, "domain": .string, "domainInternal": .string, "meshOnly": .boolean,
            ]))
    ])

    private static let serviceSpec = object([
        "type": .string, "selector": .map(.string), "clusterIP": .string, "clusterIPs": strings,
        "externalIPs": strings, "externalName": .string, "sessionAffinity": .string,
        "sessionAffinityConfig": .any, "loadBalancerIP": .string,
        "loadBalancerSourceRanges": strings, "loadBalancerClass": .string,
        "externalTrafficPolicy": .string, "internalTrafficPolicy": .string,
        "healthCheckNodePort": .integer, "publishNotReadyAddresses": .boolean,
        "ipFamilies": strings, "ipFamilyPolicy": .string, "trafficDistribution": .string,
        "allocateLoadBalancerNodePorts": .boolean,
        "ports": .list(
            object([
                "name": .string, "port": .integer, "protocol": .string, "nodePort": .integer,
                "targetPort": .intOrString, "appProtocol": .string,
            ])),
    ])

    private static let subset = object([
        "addresses": .list(address), "notReadyAddresses": .list(address),
        "ports": .list(
            object([
                "name": .string, "port": .integer, "protocol": .string, "appProtocol": .string,
            ])),
    ])

    private static let address = object([
        "ip": .string, "hostname": .string, "nodeName": .string, "targetRef": .any,
    ])

    private static let slicePart = object([
        "addresses": strings, "hostname": .string, "nodeName": .string, "zone": .string,
        "targetRef": .any, "deprecatedTopology": .map(.string), "hints": .any,
        "conditions": object(["ready": .boolean, "serving": .boolean, "terminating": .boolean]),
    ])

    private static let slicePort = object([
        "name": .string, "port": .integer, "protocol": .string, "appProtocol": .string,
    ])

    private static let leaseSpec = object([
        "holderIdentity": .string, "leaseDurationSeconds": .integer, "acquireTime": .microTime,
        "renewTime": .microTime, "leaseTransitions": .integer, "strategy": .string,
        "preferredHolder": .string,
    ])

    private static let eventFields: [String: Schema] = [
        "involvedObject": .any, "related": .any, "reason": .string, "message": .string,
        "source": .any, "firstTimestamp": .string, "lastTimestamp": .string, "count": .integer,
        "type": .string, "eventTime": .microTime, "series": .any, "action": .string,
        "reportingComponent": .string, "reportingInstance": .string,
    ]
}
