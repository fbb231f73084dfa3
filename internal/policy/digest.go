package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strings"
)

// Digest names the policies that decide: "sha256:…" over the library, users'
// rules, the action and the parameters of every rule, and what layers say of how files
// are understood. Who has the same digest
// gets the same answers.
func (e *Evaluator) Digest() string { return e.digest() }

func (lib *library) digest() string {
	sum := sha256.New()
	modules := slices.Clone(lib.modules)
	slices.SortFunc(modules, func(a, b *module) int { return strings.Compare(a.pkg, b.pkg) })
	for _, m := range modules {
		if m.role != roleTest {
			writeSized(sum, m.pkg, m.text)
		}
	}
	for _, r := range lib.rules {
		values, err := json.Marshal(r.Values) // keys come sorted
		if err != nil {
			panic(err) // parameters are what JSON or YAML was decoded to
		}
		writeSized(sum, r.ID, r.Action.String(), string(values))
		if r.held != nil && !r.held.waive {
			writeSized(sum, "no waivers")
		}
	}
	for _, source := range lib.layered {
		if source.Layer.Sees() {
			writeSized(sum, "sees", source.Layer.Text)
		}
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

// writeSized writes texts so that no two lists of texts give the same bytes.
func writeSized(sum hash.Hash, texts ...string) {
	for _, text := range texts {
		fmt.Fprintf(sum, "%d:%s", len(text), text)
	}
}
