package registry

import (
	"encoding/json"
	"testing"
)

// What is accepted as a manifest is one thing, and reads the same when it is
// written again.
func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(`{"schemaVersion":2,"config":{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":1},"layers":[]}`), ociManifest)
	f.Add([]byte(`{"schemaVersion":2,"mediaType":"`+ociIndex+`","manifests":[]}`), "")
	f.Add([]byte(`{"schemaVersion":2,"Manifests":[],"layers":[]}`), ociManifest)
	f.Fuzz(func(t *testing.T, data []byte, served string) {
		m, err := parseManifest(data, served)
		if err != nil {
			return
		}
		if isManifest(m.MediaType) == isIndex(m.MediaType) || isManifest(m.MediaType) && (m.Config == nil || m.Manifests != nil) || isIndex(m.MediaType) && (m.Config != nil || m.Layers != nil) {
			t.Errorf("%s served as %q is accepted as %+v", data, served, m)
		}
		for _, d := range m.descriptors() {
			if !isDigest(d.Digest) {
				t.Errorf("%s: accepted the digest %q", data, d.Digest)
			}
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var twice wireManifest
		if err := decode(again, &twice); err != nil {
			t.Errorf("%s is written as %s, which is refused: %v", data, again, err)
		}
	})
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"os":"linux","config":{"User":"0","Entrypoint":"sh","ExposedPorts":{"80/tcp":{}}},"history":[{"created_by":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parseConfig(data)
		if err == nil && len(p.History)+len(p.Env)+len(p.Labels) > maxValues {
			t.Errorf("%d values are kept", len(p.History)+len(p.Env)+len(p.Labels))
		}
	})
}
