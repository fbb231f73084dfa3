package report

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var someSteps = []Step{
	{Outcome: "proved", Name: "digest", Text: "the registry has it", Facts: []Fact{{"digest", "sha256:0123"}}},
	{Outcome: "broken", Name: "agreement", Text: "the tag names \x1b[31mred and then says a good deal more than one line can hold, so that it is broken", Facts: []Fact{{"label", "::error::x"}}},
}

func TestSteps(t *testing.T) {
	var plain, colored bytes.Buffer
	whole := Step{Outcome: "broken", Text: "agreement"}
	if err := Steps(&plain, "ghcr.io/acme/shop:1", someSteps, whole, Options{}); err != nil {
		t.Fatal(err)
	}
	want := `ghcr.io/acme/shop:1

  proved   digest       the registry has it
                        digest: sha256:0123
  broken   agreement    the tag names \x1b[31mred and then says a good deal more than one line can hold, so that it is broken
                        label: ::error::x

broken: agreement
`
	if diff := cmp.Diff(want, plain.String()); diff != "" {
		t.Errorf("plain (-want +got):\n%s", diff)
	}
	if err := Steps(&colored, "ghcr.io/acme/shop:1", someSteps[1:], whole, Options{Color: true, Width: 70}); err != nil {
		t.Fatal(err)
	}
	want = "\x1b[1mghcr.io/acme/shop:1\x1b[0m\n\n" +
		"  \x1b[1;31mbroken \x1b[0m  agreement    the tag names \\x1b[31mred and then says a good\n" +
		"                        deal more than one line can hold, so that it\n" +
		"                        is broken\n" +
		"                        \x1b[2mlabel: ::error::x\x1b[0m\n\n" +
		"\x1b[1;31mbroken\x1b[0m: agreement\n"
	if diff := cmp.Diff(want, colored.String()); diff != "" {
		t.Errorf("coloured (-want +got):\n%s", diff)
	}
	if err := Steps(full{}, "x", someSteps, whole, Options{}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want that of the writer", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
