package signaturetest

import (
	"os/exec"
	"strings"
	"testing"
)

// TestCosign_IsBuilt builds cosign where it is not there yet: make test begins
// with it, so that the packages that run cosign find it.
func TestCosign_IsBuilt(t *testing.T) {
	cosign := NewCosign(t)
	out, err := cosign.Try("version")
	if err != nil || !strings.Contains(out, CosignVersion) {
		t.Errorf("cosign version: %v, want %s:\n%s", err, CosignVersion, out)
	}
	library, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/sigstore/cosign/v2").Output()
	if err != nil || strings.TrimSpace(string(library)) != CosignVersion {
		t.Errorf("go.mod has cosign %s, the command line is %s: %v", library, CosignVersion, err)
	}
}
