package tree

import (
	"guard/internal/finding"
	"strings"
	"testing"
)

// benchmarkManifest is a manifest as teams write them, of 1.3 KB.
const benchmarkManifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/part-of: "shop"
spec:
  replicas: 3
  selector:
    matchLabels: {app.kubernetes.io/name: web}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web
    spec:
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: web # the shop
          image: registry.example.com/shop/web:1.4.2@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
          args: ["--port", "8080"]
          command:
            - sh
            - -c
            - |
              set -eu
              exec /usr/bin/web "$@"
          ports:
            - containerPort: 8080
              name: http
          env:
            - name: LOG_LEVEL
              value: info
            - name: TOKEN
              valueFrom:
                secretKeyRef:
                  name: web
                  key: token
          resources:
            requests: {cpu: 100m, memory: 128Mi}
            limits: {memory: 256Mi}
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
      volumes:
        - name: tmp
          emptyDir: {}
`

func BenchmarkLoad(b *testing.B) {
	many := strings.Repeat("---\n"+benchmarkManifest, 50)
	object, err := ParseYAML(benchmarkManifest)[0].Root.MarshalJSON()
	if err != nil {
		b.Fatal(err)
	}
	benchmarks := []struct {
		name string
		text string
		read func(string) []Part
	}{
		{"yaml", benchmarkManifest, ParseYAML},
		{"yaml-many", many, ParseYAML},
		{"yaml-library", benchmarkManifest + "x: &a b\n", ParseYAML},
		{"json", string(object), ParseJSON},
	}
	for _, bb := range benchmarks {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.text)))
			b.ReportAllocs()
			for b.Loop() {
				if parts := bb.read(bb.text); parts[0].Err != nil {
					b.Fatal(parts[0].Err)
				}
			}
		})
	}
}

func BenchmarkLocate(b *testing.B) {
	source := NewSource("web.yaml", benchmarkManifest)
	root := ParseYAML(benchmarkManifest)[0].Root
	path := finding.NewPath("spec", "template", "spec", "containers", 0, "image")
	b.ReportAllocs()
	for b.Loop() {
		if loc := source.Locate(root, path); loc.Line != 24 {
			b.Fatalf("%+v", loc)
		}
	}
}
