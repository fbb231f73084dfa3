package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
)

// RulesBelow is where the rules lie in what [Pack] lays out, and LayerAt where
// what the bundle demands of those who use it does.
const (
	RulesBelow = "guard/rules"
	LayerAt    = "guard/layer"
)

// Pack lays out a directory of rules, and what they need, as bundles of OPA
// have it: every module where its package says, and the defaults of parameters
// as data. Who has no guard asks data.guard.conftest what the rules find in a
// document of guard's. What the directory demands of those who use it, in
// guard.yaml, comes along. Unit tests stay behind, since OPA lacks what they call.
// The same directory gives the same bytes. The error is [Errors] where
// something is wrong with the rules or their tests.
func Pack(ctx context.Context, source Source) (map[string][]byte, error) {
	sources := Beside(source)
	if len(sources) == 1 {
		return nil, fmt.Errorf("%s is a copy of guard's own library, which every guard has", source.Name)
	}
	if _, err := Check(ctx, sources); err != nil {
		return nil, err
	}
	lib, err := loadAuthored(sources)
	if err != nil {
		return nil, err
	}
	p := &packing{files: map[string][]byte{}}
	for _, m := range lib.authored() {
		if m.role == roleRule {
			p.rules, p.modules = append(p.rules, lib.byID[m.id]), append(p.modules, m)
		}
	}
	if len(p.rules) == 0 {
		return nil, fmt.Errorf("%s holds no rule", source.Name)
	}
	for _, m := range append(lib.needed(p.modules), p.modules...) {
		p.files[strings.ReplaceAll(m.pkg, ".", "/")+".rego"] = []byte(m.text)
	}
	slices.SortFunc(p.rules, func(a, b *rule) int { return strings.Compare(a.ID, b.ID) })
	p.files["guard/conftest.rego"] = p.adapter()
	for _, source := range lib.layered {
		if p.files[LayerAt], err = fs.ReadFile(source.FS, config.LayerName); err != nil {
			return nil, err
		}
	}
	p.files["guard/params/data.json"], err = p.params()
	return p.files, err
}

type packing struct {
	rules   []*rule
	modules []*module
	files   map[string][]byte
}

// params are the defaults of all parameters, as data.guard.params.
func (p *packing) params() ([]byte, error) {
	all := map[string]map[string]any{}
	for _, r := range p.rules {
		for _, param := range r.Params {
			if all[r.ID] == nil {
				all[r.ID] = map[string]any{}
			}
			all[r.ID][param.Name] = param.Default
		}
	}
	return json.MarshalIndent(all, "", "  ")
}

const adapterHead = `# Written by guard policy bundle build: what the rules find, in the form that
# conftest reads. The input is a document of guard's, as guard eval FILE
# --rule ID --show-input prints it.
package guard.conftest
`

// adapter tells each rule's findings as conftest wants them: what guard denies
// by default as failures, the rest as warnings.
func (p *packing) adapter() []byte {
	var b strings.Builder
	b.WriteString(adapterHead)
	for _, r := range p.rules {
		set := "warn"
		if r.Severity >= finding.Medium {
			set = "deny"
		}
		fmt.Fprintf(&b, `
%s contains {"msg": finding.message, "rule": %q, "path": finding.path} if {
	input.kind in %s
	some finding in data.%s.deny
}
`, set, r.ID, kindSet(KindsOf(r.Rule)), r.module.pkg)
	}
	return []byte(b.String())
}

func kindSet(kinds []document.Kind) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = fmt.Sprintf("%q", kind)
	}
	slices.Sort(names)
	return "{" + strings.Join(names, ", ") + "}"
}
