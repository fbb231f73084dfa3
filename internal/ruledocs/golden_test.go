package ruledocs_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/authoring"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/ruledocs"
)

var update = flag.Bool("update", false, "write the golden files")

// moving is a rule of which everything is said that can be said.
func moving() authoring.Documented {
	return authoring.Documented{
		Written: policy.Written{
			Rule: finding.Rule{
				ID: "image/moving", Title: "Image has a moving tag", Severity: finding.High, Custom: true,
				Description: "Nobody can say what runs.\n\nNor run it again.", Remediation: "Use a release, e.g. app:1.4.2@sha256:<digest>.",
				Kinds: []string{"dockerfile", "kubernetes"}, Profiles: []string{"recommended", "platform-team"}, Needs: []string{policy.NeedRegistry},
				Params: []finding.Param{
					{Name: "tags", Type: "array", Default: []any{"edge", "latest"}, Profiles: map[string]any{"strict": []any{}}, Description: "Tags that move."},
					{Name: "digests", Type: "boolean", Default: false, Description: "Digests count, too."},
				},
				Frameworks: []string{"CIS-Docker-4.2", "HOUSE-7"}, Since: "1.2.0", EffectiveOn: "2027-03-01", Aliases: []string{"image/old"},
				Related: []finding.RelatedLink{{URL: "https://example.com/tags", Description: "About tags"}, {URL: "https://example.com/more"}},
			},
			File: "image/moving.rego", Line: 2, Text: "# ours\n# METADATA\n# title: Image has a moving tag\npackage guard.rules.image.moving\n",
		},
		Examples: []authoring.Example{
			{Kind: authoring.ExampleBad, File: "Dockerfile", Lines: []authoring.ExampleLine{{Text: "FROM shop:edge", Marks: []string{"the tag edge …"}}, {Text: "USER 1000"}}},
			{Kind: authoring.ExampleBad, File: "web.yaml", Whole: []string{"no release"}, Lines: []authoring.ExampleLine{{Text: "kind: Pod"}, {Text: "  image: shop:edge", Marks: []string{"…"}}}, Cut: 3},
			{Kind: authoring.ExampleGood, File: "Dockerfile", Lines: []authoring.ExampleLine{{Text: "FROM shop:1.4.2"}}},
			{Kind: authoring.ExampleGood, File: policy.RegistryFile, Lines: []authoring.ExampleLine{{Text: "{}"}}},
			{Kind: authoring.ExampleUnknown, File: "Dockerfile", Lines: []authoring.ExampleLine{{Text: "ARG TAG"}, {Text: "FROM shop:$TAG", Marks: []string{"TAG is not known"}}}},
		},
		More: 2,
	}
}

// held is a rule of which little is said, and which its bundle demands.
func held() authoring.Documented {
	return authoring.Documented{Written: policy.Written{
		Rule: finding.Rule{ID: "team/label", Title: "Object has no label", Description: "Whom to call?", Remediation: "Set it.", Severity: finding.Low, Kinds: []string{"*"}, Since: "1.0.0", Custom: true},
		File: "team/label.rego", Line: 1, Text: "package guard.rules.team.label", Held: &policy.Held{By: "policy", Action: finding.Deny},
	}}
}

func library() ruledocs.Library {
	return ruledocs.Library{Title: "Rules of policy", Dir: "policy", Rules: []authoring.Documented{moving(), held()}}
}

func TestFiles_Golden(t *testing.T) {
	for _, format := range ruledocs.Formats() {
		for _, file := range filesOf(t, format, library()) {
			golden := filepath.Join("testdata", format.Name, filepath.FromSlash(file.Name))
			got := withoutLook(file.Text)
			if *update {
				write(t, golden, got)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		}
	}
}

// look is what all pages share, which changes with every report's style.
var look = regexp.MustCompile(`(?s)(<style>).*?(</style>)|(<script>).*?(</script>)|('sha256-)[^']*(')`)

func withoutLook(text string) string {
	return look.ReplaceAllString(strings.ReplaceAll(text, "&#39;", "'"), "$1$3$5…$2$4$6")
}

func filesOf(t *testing.T, format ruledocs.Format, l ruledocs.Library) []ruledocs.File {
	t.Helper()
	files, err := format.Files(l)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// searched are rules that share words.
func searched() []authoring.Documented {
	edge, label, owner, first := held(), held(), held(), moving()
	edge.ID, edge.Severity, edge.Kinds, edge.Profiles = "image/tag-edge", finding.High, []string{"pipeline"}, []string{"strict"}
	label.Kinds, label.Profiles = []string{"kubernetes"}, []string{"recommended"}
	owner.ID, owner.Title, owner.Kinds, owner.Remediation = "team/owner", "Edge of the map", []string{"pipeline"}, "Name whom to page at night."
	first.Description = "Such as edge."
	return []authoring.Documented{first, edge, label, owner}
}
