package document

import (
	"strings"
	"testing"
)

const benchManifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  namespace: shop
  labels: {app.kubernetes.io/name: checkout, app.kubernetes.io/part-of: shop}
spec:
  replicas: 3
  template:
    spec:
      serviceAccountName: checkout
      containers:
        - name: checkout
          image: registry.example.com/shop/checkout:1.14.2
          ports: [{containerPort: 8080}]
          env:
            - name: DATABASE_PASSWORD
              valueFrom: {secretKeyRef: {name: checkout-db, key: password}}
          resources:
            requests: {cpu: 100m, memory: 128Mi}
          readinessProbe:
            httpGet: {path: /healthz, port: 8080}
---
`

func BenchmarkScan(b *testing.B) {
	text := strings.Repeat(benchManifest, 100)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if found, _ := scan("k8s/checkout.yaml", text); found != nil {
			b.Fatal("the manifest holds no secret")
		}
	}
}

// BenchmarkScanWorst is a text made of what wakes a pattern and is none.
func BenchmarkScanWorst(b *testing.B) {
	text := strings.Repeat("adafruit facebook twitter datadog = 0123456789abcdef ", 20_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		scan("notes.txt", text)
	}
}

func BenchmarkNeedleIndex(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newIndex()
	}
}
