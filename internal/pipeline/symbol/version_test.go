package symbol_test

import (
	"testing"

	"guard/internal/pipeline/symbol"
)

func TestSemver_NumbersOfAVersion(t *testing.T) {
	for _, test := range []struct {
		name, part, text, sample string
	}{
		{"the whole version", "", "<semver>", "1.2.3"},
		{"its first number", "major", "<semver's major>", "1"},
		{"its second number", "minor", "<semver's minor>", "2"},
		{"its third number", "patch", "<semver's patch>", "3"},
	} {
		v := symbol.Of(symbol.Part{Kind: symbol.Semver, Name: test.part})
		if v.String() != test.text || v.Sample() != test.sample {
			t.Errorf("%s: got %s and %s, want %s and %s", test.name, v, v.Sample(), test.text, test.sample)
		}
	}
	major, whole := symbol.Of(symbol.Part{Kind: symbol.Semver, Name: "major"}), symbol.Of(symbol.Part{Kind: symbol.Semver})
	if got := symbol.Compare(major, whole); got.IsYes() {
		t.Errorf("a number of a version is taken for the version")
	}
	if got := symbol.Compare(major, major); !got.IsYes() {
		t.Errorf("a number of a version is not taken for itself: %v", got)
	}
}
