package cli

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"guard/internal/check"
	"guard/internal/recording"
)

// A recording holds at most 256 MiB of texts. What is beyond is there without its
// text, smaller files that still fit are whole, and nothing is silently left out.
func TestRecorder_IsBounded(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "recording")
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{name: file.Name(), file: file, out: bufio.NewWriter(file), size: maxRecording - 10}
	for _, text := range []string{"eleven byte", "ten bytes.", "x", ""} {
		if err := r.add(check.Recorded{File: "a", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.out.Flush(); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(written)) {
		var d recording.Decision
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		if d.Input.Text != nil {
			got = append(got, *d.Input.Text)
		} else {
			got = append(got, "- "+d.Input.Omitted)
		}
	}
	want := []string{"- the recording would hold more than 256 MiB", "ten bytes.", "- the recording would hold more than 256 MiB", ""}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if r.files != 4 || r.size != maxRecording {
		t.Errorf("%d files, %d bytes", r.files, r.size)
	}
}
