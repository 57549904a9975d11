extension DemoManifests {
    /// The text of `conf/demo/hello.yaml`, for a program without its sources beside it.
    package static let sample = """
        # The demo: a Service with three revisions. Change the percents, save, and watch the split follow.
        #
        # Not a cluster: the annotation weir.dev/addresses says where each revision listens.
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: hello
          namespace: default
          annotations:
            # A tester sends X-Env: qa and gets the candidate.
            weir.dev/rules: |
              - headers: {X-Env: qa}
                tag: candidate
        spec:
          template:
            spec:
              containers:
                - image: registry.example/hello
          traffic:
            - revisionName: hello-00001
              percent: 90
            - revisionName: hello-00002
              percent: 10
            # Gets no traffic but by its tag: candidate-hello.default.example.com, or the header
            # Knative-Serving-Tag: candidate.
            - revisionName: hello-00003
              tag: candidate
              percent: 0
        ---
        # The same revisions half and half, and each client stays with the one that it got, by a cookie.
        apiVersion: serving.knative.dev/v1
        kind: Route
        metadata:
          name: sticky
          namespace: default
          annotations:
            weir.dev/sticky: cookie
        spec:
          traffic:
            - revisionName: hello-00001
              percent: 50
            - revisionName: hello-00002
              percent: 50
        ---
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata:
          name: hello-00001
          namespace: default
          labels:
            serving.knative.dev/configuration: hello
            serving.knative.dev/service: hello
          annotations:
            weir.dev/addresses: "127.0.0.1:9001"
        ---
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata:
          name: hello-00002
          namespace: default
          labels:
            serving.knative.dev/configuration: hello
            serving.knative.dev/service: hello
          annotations:
            weir.dev/addresses: "127.0.0.1:9002"
        ---
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata:
          name: hello-00003
          namespace: default
          labels:
            serving.knative.dev/configuration: hello
            serving.knative.dev/service: hello
          annotations:
            weir.dev/addresses: "127.0.0.1:9003"
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: config-features
          namespace: knative-serving
        data:
          tag-header-based-routing: enabled

        """
}
