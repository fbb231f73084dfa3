package admission_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"guard/admission"
)

// RELIABILITY 7 and 62: the largest objects are answered in time, one way or
// the other, and nothing bad among them is let through.
func TestReview_LargeObjects(t *testing.T) {
	h := handler(t, "recommended")
	server := admission.NewServer(func() *admission.Handler { return h }, nil)
	const hardened = `"securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}}`
	many := func(n int, image string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"name":"c%d","image":"registry.example.com/a:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f",%s},`, i, hardened)
		}
		return `[` + b.String() + `{"name":"last","image":"` + image + `",` + hardened + `}]`
	}
	for name, object := range map[string]string{
		"many containers":       strings.Replace(pod(good), `"containers": [`, `"initContainers":`+many(20_000, "nginx:latest")+`,"containers": [`, 1),
		"a long annotation":     with(t, pod(good), `metadata.annotations={"a":"`+strings.Repeat("x ", 3<<20)+`"}`, `spec.containers.0.image="nginx:latest"`),
		"many annotations":      with(t, pod(good), `metadata.annotations={`+strings.TrimSuffix(repeat(100_000, `"k%d":"v",`), ",")+`}`, `spec.containers.0.image="nginx:latest"`),
		"many that look secret": with(t, pod(good), `metadata.annotations={`+strings.TrimSuffix(repeat(50_000, `"password%d":"AKIAIOSFODNN7EXAMPL%[1]d",`), ",")+`}`, `spec.containers.0.image="nginx:latest"`),
		"nested":                with(t, pod(good), `metadata.annotations=`+strings.Repeat(`{"a":`, 400)+"1"+strings.Repeat("}", 400), `spec.containers.0.image="nginx:latest"`),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond)
		began := time.Now()
		got := server.Review(ctx, create(object))
		took := time.Since(began)
		cancel()
		if got.Allowed {
			t.Errorf("%s: admitted", name)
		}
		if len(got.Message) > 64<<10 {
			t.Errorf("%s: a message of %d bytes", name, len(got.Message))
		}
		t.Logf("%s: %d bytes, %s, %s", name, len(object), took.Round(time.Millisecond), got.Audit["decision"])
	}
}

func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
