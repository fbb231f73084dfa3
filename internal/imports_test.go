package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// layers says which of guard's packages each package may import, directly or
// through others. A path stands for itself and what is below it.
var layers = map[string][]string{
	"internal/finding":     {},
	"internal/imageref":    {},
	"internal/tree":        {"internal/finding"},
	"internal/tree/strict": {"internal/finding", "internal/tree"},
	"internal/pipeline":    {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline"},
	"internal/document":    {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline"},
	"internal/config":      {"internal/finding", "internal/imageref", "internal/tree", "internal/registry/signature"},
	"internal/repository":  {"internal/finding", "internal/tree"},
	"internal/report":      {"internal/finding"},
	// Only what verifies signatures, and the tests' own authority, may link the
	// libraries that cost milliseconds at every start.
	"internal/registry":                         {"internal/finding", "internal/imageref", "internal/tree", "internal/registry"},
	"internal/registry/signature":               {"internal/imageref"},
	"internal/registry/signature/statement":     {"internal/imageref", "internal/finding", "internal/tree", "internal/registry/signature"},
	"internal/registry/signature/attached":      {"internal/imageref", "internal/registry/signature"},
	"internal/registry/signature/sign":          {"internal/imageref", "internal/finding", "internal/tree", "internal/registry/signature"},
	"internal/registry/signature/admit":         {"internal/imageref", "internal/finding", "internal/tree", "internal/registry/signature"},
	"internal/registry/signature/verify":        {"internal/imageref", "internal/finding", "internal/tree", "internal/registry/signature"},
	"internal/registry/signature/keyless":       {"internal/imageref", "internal/finding", "internal/tree", "internal/registry/signature", "internal/registry/transport", "internal/registry/credential"},
	"internal/registry/signature/signaturetest": {"internal/imageref", "internal/finding", "internal/tree", "internal/registry/signature"},
	"policies":            {},
	"testdata":            {},
	"internal/policy":     {"internal/finding", "internal/framework", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config", "internal/registry/signature", "internal/memory", "policies", "testdata"},
	"internal/imagefacts": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/registry", "internal/trace"},
	"internal/check": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/repository", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/trace", "internal/imagefacts", "internal/memory", "policies", "testdata"},
	"internal/bundle": {"internal/finding", "internal/imageref", "internal/tree", "internal/config", "internal/registry"},
	"internal/authoring": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/repository", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/check", "internal/trace", "internal/imagefacts", "internal/memory", "policies", "testdata"},
	"internal/ruledocs": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/repository", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/check", "internal/authoring", "internal/trace", "internal/imagefacts", "internal/memory", "policies", "testdata"},
	"internal/recording":  {},
	"internal/codeowners": {},
	"internal/impact": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config", "internal/recording", "internal/codeowners",
		"internal/repository", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/check", "internal/trace", "internal/imagefacts", "internal/memory", "policies", "testdata"},
	"internal/stats": {"internal/finding", "internal/recording", "internal/report"},
	"internal/cli": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/repository", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/check", "internal/authoring", "internal/ruledocs", "internal/impact", "internal/recording", "internal/codeowners", "internal/stats", "internal/bundle", "internal/trace", "internal/imagefacts", "internal/pin", "internal/lock", "internal/memory", "policies", "testdata"},
	"admission": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/bundle", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/imagefacts", "internal/trace", "internal/memory", "policies", "testdata", "admission/authority", "admission/breakglass", "admission/trace"},
	"admission/breakglass": {"internal/finding", "internal/imageref", "internal/tree", "internal/registry/signature"},
	"admission/logsink":    {},
	"admission/trace":      {},
	"admission/install": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/bundle", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/imagefacts", "internal/trace", "internal/memory", "policies", "testdata", "admission"},
	"admission/cluster": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/bundle", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/imagefacts", "internal/trace", "internal/memory", "policies", "testdata", "admission"},
	"admission/audit": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/bundle", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/imagefacts", "internal/trace", "internal/memory", "policies", "testdata", "admission"},
	"admission/doctor": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/bundle", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/imagefacts", "internal/trace", "internal/memory", "policies", "testdata", "admission"},
	"admission/command": {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document", "internal/config",
		"internal/bundle", "internal/registry", "internal/report", "internal/policy", "internal/framework", "internal/imagefacts", "internal/trace", "internal/memory", "policies", "testdata", "admission"},
	"internal/pin":       {"internal/finding", "internal/imageref", "internal/tree", "internal/pipeline", "internal/document"},
	"internal/lock":      {"internal/finding", "internal/imageref", "internal/tree", "internal/registry"},
	"internal/framework": {"internal/finding"},
	"internal/memory":    {},
	"internal/bench":     {"internal/bench", "admission/clustertest"},
	// It runs a cluster for tests and knows nothing of guard.
	"admission/clustertest":   {},
	"admission/admissiontest": {},
	"internal/trace":          {"internal/imageref", "internal/registry/signature"},
	"cmd":                     {"internal", "admission", "policies", "testdata"},
}

// homes says which package may import a library directly.
var homes = map[string][]string{
	"github.com/open-policy-agent/opa":                            {"internal/policy"},
	"gopkg.in/yaml.v3":                                            {"internal/tree"},
	"github.com/spf13/cobra":                                      {"internal/cli"},
	"github.com/spf13/pflag":                                      {"internal/cli"},
	"golang.org/x/term":                                           {"internal/cli"},
	"golang.org/x/text":                                           {"internal/tree", "internal/document", "internal/report"},
	"github.com/moby/buildkit":                                    {"internal/document"},
	"github.com/bmatcuk/doublestar":                               {"internal/codeowners", "internal/config", "internal/document"},
	"github.com/moby/patternmatcher":                              {"internal/document", "internal/check"},
	"github.com/compose-spec/compose-go":                          {"internal/document"},
	"github.com/zricethezav/gitleaks":                             {"internal/document"},
	"github.com/pelletier/go-toml":                                {"internal/document"},
	"github.com/BobuSumisu/aho-corasick":                          {"internal/document"},
	"github.com/rhysd/actionlint":                                 {"internal/pipeline"},
	"mvdan.cc/sh":                                                 {"internal/pipeline"},
	"github.com/google/go-containerregistry":                      {"internal/imageref", "internal/registry/credential", "internal/registry/signature"},
	"golang.org/x/net":                                            {"internal/registry/transport", "internal/registry/registrytest"},
	"github.com/go-git/go-git":                                    {"internal/repository", "internal/check"},
	"github.com/sergi/go-diff":                                    {"internal/repository"},
	"github.com/distribution/reference":                           {},
	"github.com/santhosh-tekuri/jsonschema":                       {},
	"k8s.io":                                                      {"admission/cluster", "admission/install", "admission/clustertest"},
	"github.com/rogpeppe/go-internal/lockedfile":                  {"admission/clustertest"},
	"github.com/prometheus":                                       {"admission"},
	"go.opentelemetry.io":                                         {"admission/trace"},
	"golang.org/x/sync":                                           {"admission"},
	"golang.org/x/mod":                                            {"internal/bundle"},
	"cuelabs.dev/go/oci":                                          {"internal/registry/registrytest", "internal/registry/signature/signaturetest"},
	"google.golang.org/protobuf":                                  {"internal/registry/signature/keyless", "internal/registry/signature/signaturetest"},
	"github.com/sigstore":                                         {"internal/registry/signature/verify", "internal/registry/signature/keyless", "internal/registry/signature/signaturetest"},
	"github.com/digitorus/timestamp":                              {"internal/registry/signature/keyless", "internal/registry/signature/signaturetest"},
	"github.com/google/certificate-transparency-go":               {"internal/registry/signature/signaturetest"},
	"github.com/secure-systems-lab/go-securesystemslib/encrypted": {"internal/registry/signature/sign"},
}

// unlinked says what must not be part of a program at all.
var unlinked = map[string][]string{
	"cmd/guard": {"k8s.io/client-go", "github.com/sigstore", "github.com/asaskevich/govalidator", "helm.sh/helm", "guard/admission",
		"guard/internal/registry/signature/verify", "guard/internal/registry/signature/keyless", "guard/internal/registry/signature/signaturetest", "guard/internal/registry/registrytest"},
	"cmd/guard-webhook":  {"k8s.io/client-go/kubernetes", "k8s.io/api/core", "helm.sh/helm", "guard/internal/registry/signature/keyless", "guard/internal/check", "guard/internal/cli", "github.com/go-git", "guard/internal/registry/registrytest"},
	"cmd/guard-sigstore": {"k8s.io/client-go", "helm.sh/helm", "guard/admission", "guard/internal/registry/signature/signaturetest", "guard/internal/registry/registrytest"},
}

func TestImportsRunOneWay(t *testing.T) {
	for _, problem := range upwardImports(packages(t), layers) {
		t.Error(problem)
	}
}

func TestLibrariesStayInTheirPackage(t *testing.T) {
	for _, problem := range strayImports(packages(t), homes) {
		t.Error(problem)
	}
}

func TestProgramsDoNotLinkWhatTheyDoNotNeed(t *testing.T) {
	for _, problem := range linked(packages(t), unlinked) {
		t.Error(problem)
	}
}

// graph is the imports of every package, by import path.
type graph map[string][]string

// packages asks the go command for all packages that guard consists of.
func packages(t *testing.T) graph {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Imports,GoFiles,Standard", "./...", "./testdata")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	g := graph{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
			GoFiles    []string
			Standard   bool
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if !p.Standard && len(p.GoFiles) > 0 {
			g[p.ImportPath] = p.Imports
		}
	}
	if len(own(g)) < 5 {
		t.Fatalf("found only %d packages of guard", len(own(g)))
	}
	return g
}

// own lists guard's packages. The list of pinned libraries is not part of
// any program.
func own(g graph) []string {
	var list []string
	for name := range g {
		if strings.HasPrefix(name, "guard/") {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// upwardImports describes every import of one of guard's packages by another
// that may not have it, with the chain that leads there.
func upwardImports(g graph, layers map[string][]string) []string {
	var problems []string
	for _, name := range own(g) {
		allowed, known := rule(layers, name)
		if !known {
			problems = append(problems, name+" is in no layer")
			continue
		}
		for _, target := range own(g) {
			if target == name || under(target, allowed) {
				continue
			}
			if chain := g.chain(name, target); chain != nil {
				problems = append(problems, name+" must not import "+target+": "+strings.Join(chain, " -> "))
			}
		}
	}
	return problems
}

// strayImports describes every import of a library outside of its home.
func strayImports(g graph, homes map[string][]string) []string {
	var problems []string
	for _, name := range own(g) {
		for _, imported := range g[name] {
			if _, external := g[imported]; !external || strings.HasPrefix(imported, "guard/") {
				continue
			}
			allowed, known := rule(homes, imported)
			if !known {
				problems = append(problems, imported+" has no home, imported by "+name)
			} else if !under(name, allowed) {
				problems = append(problems, name+" -> "+imported+": it may be imported by "+strings.Join(allowed, ", "))
			}
		}
	}
	return problems
}

func linked(g graph, unlinked map[string][]string) []string {
	var problems []string
	for program, forbidden := range unlinked {
		for name := range g {
			if !under(name, forbidden) {
				continue
			}
			if chain := g.chain("guard/"+program, name); chain != nil {
				problems = append(problems, strings.Join(chain, " -> "))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// rule finds what a table says of a package: the longest path above it.
func rule(table map[string][]string, name string) (allowed []string, known bool) {
	name = strings.TrimPrefix(name, "guard/")
	best := ""
	for prefix, list := range table {
		if below(name, prefix) && len(prefix) > len(best) {
			best, allowed, known = prefix, list, true
		}
	}
	return allowed, known
}

func under(name string, prefixes []string) bool {
	name = strings.TrimPrefix(name, "guard/")
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return below(name, strings.TrimPrefix(prefix, "guard/")) })
}

func below(name, prefix string) bool {
	return name == prefix || strings.HasPrefix(name, prefix+"/")
}

// chain is the shortest way from one package to another, or nil.
func (g graph) chain(from, to string) []string {
	before := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range g[queue[0]] {
			if _, seen := before[next]; seen {
				continue
			}
			before[next] = queue[0]
			if next == to {
				return way(before, to)
			}
			queue = append(queue, next)
		}
	}
	return nil
}

func way(before map[string]string, to string) []string {
	var steps []string
	for ; to != ""; to = before[to] {
		steps = append(steps, to)
	}
	slices.Reverse(steps)
	return steps
}

func TestUpwardImportsBites(t *testing.T) {
	g := graph{
		"guard/internal/finding":  {"guard/internal/imageref"},
		"guard/internal/imageref": {"guard/internal/cli"},
		"guard/internal/cli":      nil,
		"guard/internal/secret":   nil,
	}
	table := map[string][]string{"internal/finding": {"internal/imageref"}, "internal/imageref": {"internal/cli"}, "internal/cli": {}}
	want := []string{
		"guard/internal/finding must not import guard/internal/cli: guard/internal/finding -> guard/internal/imageref -> guard/internal/cli",
		"guard/internal/secret is in no layer",
	}
	if diff := cmp.Diff(want, upwardImports(g, table)); diff != "" {
		t.Error(diff)
	}
}

func TestStrayImportsBites(t *testing.T) {
	g := graph{
		"guard/internal/report": {"fmt", "gopkg.in/yaml.v3", "example.com/unknown/x"},
		"guard/internal/tree":   {"gopkg.in/yaml.v3"},
		"gopkg.in/yaml.v3":      nil,
		"example.com/unknown/x": nil,
	}
	want := []string{
		"guard/internal/report -> gopkg.in/yaml.v3: it may be imported by internal/tree",
		"example.com/unknown/x has no home, imported by guard/internal/report",
	}
	if diff := cmp.Diff(want, strayImports(g, map[string][]string{"gopkg.in/yaml.v3": {"internal/tree"}})); diff != "" {
		t.Error(diff)
	}
}

func TestLinkedBites(t *testing.T) {
	g := graph{
		"guard/cmd/guard":       {"guard/internal/cli"},
		"guard/internal/cli":    {"example.com/lib"},
		"example.com/lib":       {"k8s.io/client-go/rest"},
		"k8s.io/client-go/rest": nil,
	}
	want := []string{"guard/cmd/guard -> guard/internal/cli -> example.com/lib -> k8s.io/client-go/rest"}
	if diff := cmp.Diff(want, linked(g, map[string][]string{"cmd/guard": {"k8s.io/client-go"}})); diff != "" {
		t.Error(diff)
	}
}
