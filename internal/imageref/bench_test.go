package imageref_test

import (
	"testing"

	"guard/internal/imageref"
)

// BenchmarkParse parses references as they are found in files.
func BenchmarkParse(b *testing.B) {
	var classifier *imageref.Classifier
	for name, raw := range map[string]string{
		"official":  "nginx:1.25.3-alpine",
		"no-tag":    "nginx",
		"registry":  "ghcr.io/acme/shop:main-a1b2c3d",
		"commit":    "registry.example.com:5000/team/app:" + commit,
		"digest":    "registry.example.com/team/app:1.2.3@" + sha256,
		"variable":  "registry.example.com/team/app:${TAG}",
		"long-tag":  "acme/app:dependabot-npm_and_yarn-lodash-4.17.21-build-20240115-a1b2c3d-amd64",
		"not-ascii": "nginх:1.25.3",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				classifier.Parse(raw)
			}
		})
	}
}
