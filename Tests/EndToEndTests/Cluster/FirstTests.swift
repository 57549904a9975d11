import FakeAPIServer
import Foundation
import TestSupport
import Testing

@Suite struct FirstTests {
    @Test func `an Ingress of a cluster is served and called ready`() throws {
        var options = FakeAPIServer.Options(allowsLoopback: true)
        options.namespaces.append("weir-system")
        let server = try FakeAPIServer.start(options)
        defer { server.stop() }
        let upstream = try EchoUpstream("hello")
        let folder = try ScratchFolder()
        let kubeconfig = folder.path("kubeconfig")
        try server.kubeconfig(namespace: "weir-system").write(
            toFile: kubeconfig, atomically: true, encoding: .utf8)
        try server.create(
            yaml: """
                apiVersion: v1
                kind: Service
                metadata: {name: hello-1, namespace: default}
                spec: {ports: [{name: http, port: 80, targetPort: 8012}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                addressType: IPv4
                metadata:
                  name: hello-1-x
                  namespace: default
                  labels: {kubernetes.io/service-name: hello-1}
                endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
                ports: [{name: http, port: \(upstream.port), protocol: TCP}]
                ---
                apiVersion: networking.internal.knative.dev/v1alpha1
                kind: Ingress
                metadata:
                  name: hello
                  namespace: default
                  annotations: {networking.knative.dev/ingress.class: weir.ingress.networking.knative.dev}
                spec:
                  httpOption: Enabled
                  rules:
                  - hosts: [hello.example.com]
                    visibility: ExternalIP
                    http: {paths: [{splits: [{serviceNamespace: default, serviceName: hello-1, servicePort: 80, percent: 100}]}]}
                """)
        let process = try ChildProcess(
            [
                Gateway.binary(), "serve", "--kubernetes", "--kubeconfig", kubeconfig,
                "--listeners-external-http", "127.0.0.1:0", "--listeners-internal-http",
                "127.0.0.1:0", "--listeners-external-https", "127.0.0.1:0",
                "--listeners-internal-https", "127.0.0.1:0", "--listeners-status", "127.0.0.1:0",
                "--listeners-admin", "127.0.0.1:0", "--log-level", "debug", "--pod-name", "weir-0",
                "--drain-delay", "0s",
            ])
        defer { print(process.stderr) }
        print(try server.waitUntil(.ingresses, "default", "hello", within: .seconds(10)) {
            $0?["status"]["conditions"].isNull == false
        })
    }
}
