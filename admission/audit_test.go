package admission_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"guard/admission"
	"guard/admission/admissiontest"
)

// RELIABILITY 17: a dry run gets the same answer.
func TestReview_DryRun(t *testing.T) {
	h := handler(t, "recommended")
	for _, object := range []string{pod(good), with(t, pod(good), `spec.containers.0.image="nginx"`)} {
		real, dry := create(object), create(object)
		dry.DryRun = true
		if a, b := h.Review(t.Context(), real), h.Review(t.Context(), dry); !reflect.DeepEqual(a, b) {
			t.Errorf("%+v, dry %+v", a, b)
		}
	}
}

// RELIABILITY 65: whatever requests bring, there are a few hundred series, and
// a line of the log stays one line.
func TestServe_RequestsMakeNoSeriesAndNoLines(t *testing.T) {
	a, dir := admissiontest.NewAuthority(t), t.TempDir()
	a.Write(t, dir, time.Now().Add(time.Hour))
	var decisions bytes.Buffer
	w := start(t, a, files(dir, admission.Options{Decisions: &decisions}))
	const n = 2000
	for i := range n {
		object := with(t, pod(good), fmt.Sprintf(`metadata.name="web-%d"`, i), fmt.Sprintf(`spec.containers.0.image="nginx-%d:latest"`, i), fmt.Sprintf(`spec.containers.0.name="a\n{\"uid\":\"forged-%d\"}"`, i))
		if _, err := w.ask(object); err != nil {
			t.Fatal(err)
		}
	}
	_, text := w.side(t, "/metrics")
	series := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			series++
		}
	}
	if series > 500 || !strings.Contains(text, fmt.Sprintf(`guard_denials_total{rule="image/tag-latest"} %d`, n)) {
		t.Errorf("%d series for %d different images", series, n)
	}
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(decisions.String()), "\n")
	if len(lines) != n {
		t.Errorf("%d lines for %d decisions", len(lines), n)
	}
	for _, line := range lines {
		if strings.HasPrefix(line, `{"uid":"forged`) || !strings.HasPrefix(line, `{"time":`) {
			t.Fatalf("a forged line: %s", line)
		}
	}
}
