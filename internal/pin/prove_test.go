package pin

import (
	"errors"
	"strings"
	"testing"

	"guard/internal/document"
)

// What is not exactly the change that was meant does not get out.
func TestApply_RefusesWhatChangesMore(t *testing.T) {
	const name, text = "pod.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: a:1\n---\nother: [x, y] # a:1\n"
	image := strings.Index(text, "a:1\n---")
	meant := Change{File: name, Kind: Image, From: "a:1", To: "a:1@" + pinnedTo}
	good := edit{start: image, length: 3, text: meant.To}
	for _, test := range []struct {
		name    string
		edits   []edit
		changes []Change
		refused bool
	}{
		{"the change itself", []edit{good}, []Change{meant}, false},
		{"a comment beside it", []edit{good, {start: image + 3, text: " # x", beside: true}}, []Change{meant}, false},
		{"an edit that nobody meant", []edit{good}, nil, true},
		{"another value than was meant", []edit{{start: image, length: 3, text: "evil:1"}}, []Change{meant}, true},
		{"a new line", []edit{{start: image, length: 3, text: meant.To + "\n    command: [sh]"}}, []Change{meant}, true},
		{"a comment that is none", []edit{good, {start: image + 3, text: "\n    command: [sh]", beside: true}}, []Change{meant}, true},
		{"a change in a document that nobody knows", []edit{good, {start: strings.Index(text, "x, y"), length: 1, text: "z", beside: true}}, []Change{meant}, true},
		{"a file that cannot be read any more", []edit{good, {start: image + 3, text: " ]: [", beside: true}}, []Change{meant}, true},
		{"a document more", []edit{good, {start: len(text), text: "---\nmore: 1\n", beside: true}}, []Change{meant}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			load := func(data []byte) []*document.Document { return document.Load(name, data, document.Options{}) }
			f := &candidates{File: File{Name: name, Data: []byte(text), Documents: load([]byte(text)), Load: load}}
			after, err := f.apply(test.edits, test.changes)
			if refused := errors.Is(err, errMeaning); refused != test.refused {
				t.Errorf("refused: %t, want %t (%v)\n%s", refused, test.refused, err, after)
			}
		})
	}
}

const pinnedTo = "sha256:1111111111111111111111111111111111111111111111111111111111111111"

func TestApply_RefusesOtherEncodings(t *testing.T) {
	const text = "FROM a:1\n"
	wide := []byte{0xFE, 0xFF}
	for _, c := range []byte(text) {
		wide = append(wide, 0, c)
	}
	load := func(data []byte) []*document.Document { return document.Load("Dockerfile", data, document.Options{}) }
	f := &candidates{File: File{Name: "Dockerfile", Data: wide, Documents: load(wide), Load: load}}
	if len(f.Documents) != 2 {
		t.Fatal("the file is not read")
	}
	if _, err := f.apply([]edit{{start: 5, length: 3, text: "b:1"}}, nil); !errors.Is(err, errEncoding) {
		t.Errorf("got %v, want %v", err, errEncoding)
	}
}
