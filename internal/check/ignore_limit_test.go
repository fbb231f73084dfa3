package check

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"guard/internal/config"
	"guard/internal/policy"
)

// below compiles guard's own rules with layers, of which each says what may be left
// alone.
func below(t *testing.T, layers ...string) *policy.Evaluator {
	t.Helper()
	sources := []policy.Source{policy.Builtin()}
	for n, layer := range layers {
		source, err := policy.FromBundle(fmt.Sprintf("org%d", n), "1.0.0", fstest.MapFS{}, []byte("version: 1\n"+layer))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, source)
	}
	e, err := policy.Compile(t.Context(), sources, policy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// What a layer lets be left alone is, whoever says so, and nothing else.
func TestDiscover_IsLimitedByLayers(t *testing.T) {
	files := map[string]string{
		".gitignore": "built/\n", ".guardignore": "# ours\nk8s/\nvendor/\n", "built/a.yaml": "", "built/b.yaml": "",
		"k8s/web.yaml": "", "k8s/testdata/bad.yaml": "", "vendor/x/y.yaml": "", "gen/z.yaml": "",
	}
	tests := map[string]struct {
		layers  []string
		tracked string // by Git, of what lies in built; "-": that is not known
		paths   []string
		want    []string
	}{
		"no layer says anything":              {[]string{"profile: minimal"}, "built/a.yaml", nil, nil},
		"nothing may be":                      {[]string{"allow: {ignore: []}"}, "", nil, []string{"gen/z.yaml", "k8s/testdata/bad.yaml", "k8s/web.yaml", "vendor/x/y.yaml"}},
		"a directory, and what lies in it":    {[]string{"allow: {ignore: [vendor/]}"}, "", nil, []string{"gen/z.yaml", "k8s/testdata/bad.yaml", "k8s/web.yaml"}},
		"below what else is looked at":        {[]string{"allow: {ignore: ['**/testdata/', 'vendor/**', gen]}"}, "", nil, []string{"k8s/web.yaml"}},
		"and not what a pattern takes back":   {[]string{"allow: {ignore: ['/k8s/*', '!/k8s/web.yaml', gen, vendor]}"}, "", nil, []string{"k8s/web.yaml"}},
		"every layer must let it":             {[]string{"allow: {ignore: [vendor/, gen/]}", "allow: {ignore: [gen/]}"}, "", nil, []string{"k8s/testdata/bad.yaml", "k8s/web.yaml", "vendor/x/y.yaml"}},
		"what Git has all the same is looked": {[]string{"allow: {ignore: [gen, vendor, k8s]}"}, "built/a.yaml", nil, []string{"built/a.yaml"}},
		"what Git has is not known":           {[]string{"allow: {ignore: [gen, vendor, k8s]}"}, "-", nil, nil},
		"a directory that is named":           {[]string{"allow: {ignore: ['**/testdata/']}"}, "", []string{"k8s"}, []string{"k8s/web.yaml"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := &config.Config{File: ".guard.yaml", Text: "version: 1\nignore:\n  - \"**/testdata/\"\n  - gen/\n", Ignore: []string{"**/testdata/", "gen/"}}
			o := Options{Evaluator: below(t, tt.layers...), Config: c, Ignore: c.Ignore, Paths: tt.paths}
			if tt.tracked != "-" {
				o.Tracked = func(p string) bool {
					return tt.tracked != "" && (p == tt.tracked || strings.HasPrefix(tt.tracked, p+"/"))
				}
			}
			got, _, _ := discovered(t, write(t, files), o)
			want := tt.want
			if tt.paths == nil {
				want = append([]string{".gitignore", ".guardignore"}, tt.want...)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Below a layer a report tells what was left alone, with where that is said; without one
// it does not.
func TestRun_TellsWhatIsLeftAlone(t *testing.T) {
	dir := write(t, map[string]string{
		".gitignore": "built/\n", "built/a.yaml": "", "sub/.guardignore": "\n# generated\n*.gen.yaml\n", "sub/a.gen.yaml": "", "sub/b.gen.yaml": "", "gen/z.yaml": "", "a.yaml": "x: 1\n",
	})
	c := &config.Config{File: ".guard.yaml", Text: "version: 1\nignore:\n  - nothing/\n  - gen/\n", Ignore: []string{"nothing/", "gen/"}}
	told := func(e *policy.Evaluator) []string {
		o, err := Run(t.Context(), Options{Root: dir, Dir: dir, Paths: []string{"."}, Evaluator: e, Config: c, Ignore: c.Ignore})
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, i := range o.Report.Ignored {
			list = append(list, fmt.Sprintf("%s:%d %s %d", i.File, i.Line, i.Pattern, i.Paths))
		}
		return list
	}
	if diff := cmp.Diff([]string{".guard.yaml:4 gen/ 1", "sub/.guardignore:3 *.gen.yaml 2"}, told(below(t, "profile: minimal"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if list := told(below(t)); list != nil {
		t.Errorf("without a layer %q is told", list)
	}
}
