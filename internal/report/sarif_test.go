package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"guard/internal/finding"
)

// Reliability 57
func TestSARIF_IsValidBySchema(t *testing.T) {
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) { checkSARIF(t, render(t, "sarif", r, Options{})) })
	}
}

func TestSARIF_SchemaRefusesWhatIsNotSARIF(t *testing.T) {
	for _, broken := range []string{`{}`, `{"version":"2.1.0","runs":[{}]}`, `{"version":"2.1.0","runs":[],"surplus":1}`} {
		if sarifFaults(t, []byte(broken)) == nil {
			t.Errorf("%s is taken for SARIF", broken)
		}
	}
}

// checkSARIF holds output against the schema, reads it back with a library that
// others use, and looks at every URI.
func checkSARIF(t testing.TB, out []byte) *sarif.Report {
	t.Helper()
	if err := sarifFaults(t, out); err != nil {
		t.Fatalf("not valid: %v", err)
	}
	log, err := sarif.FromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range log.Runs[0].Results {
		checkURI(t, *result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
	}
	return log
}

// Reliability 57
func checkURI(t testing.TB, uri string) {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "/") || !filepath.IsLocal(u.Path) {
		t.Errorf("URI %q does not stay below its base (%v)", uri, err)
	}
}

func sarifFaults(t testing.TB, out []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		return err
	}
	schema, err := officialSchema()
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// officialSchema is the schema of OASIS as the module go-sarif carries it.
var officialSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	text, err := schemaText()
	if err != nil {
		return nil, err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(sarifSchema, value); err != nil {
		return nil, err
	}
	return c.Compile(sarifSchema)
})

// schemaText reads the constant "schema" out of the module's source.
func schemaText() (string, error) {
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		return "", err
	}
	value := file.Scope.Lookup("schema").Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value
	return strconv.Unquote(value)
}

func TestSARIF_PlacesAFindingWhereItIs(t *testing.T) {
	result := checkSARIF(t, render(t, "sarif", oneReport(), Options{})).Runs[0].Results[0]
	region := result.Locations[0].PhysicalLocation.Region
	got := fmt.Sprintf("%s %d:%d-%d:%d %s", *result.Locations[0].PhysicalLocation.ArtifactLocation.URI, *region.StartLine, *region.StartColumn, *region.EndLine, *region.EndColumn, *result.Message.Text)
	want := `k8s/web.yaml 14:18-14:54 web: image "registry.example.com/shop/web:latest" has the tag "latest", which may be another image tomorrow`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSARIF_SuppressesExactlyWhatIsWaived(t *testing.T) {
	for _, result := range checkSARIF(t, render(t, "sarif", manyReport(), Options{})).Runs[0].Results {
		waived := strings.HasPrefix(*result.Locations[0].PhysicalLocation.ArtifactLocation.URI, "legacy/")
		if got := len(result.Suppressions) == 1; got != waived {
			t.Errorf("%s: suppressed %t, want %t", *result.Message.Text, got, waived)
		}
	}
}

func TestSARIF_ReportsEachIncompletePlaceAsNotification(t *testing.T) {
	invocation := checkSARIF(t, render(t, "sarif", manyReport(), Options{})).Runs[0].Invocations[0]
	if got, want := len(invocation.ToolExecutionNotifications), len(manyReport().Incomplete); got != want {
		t.Errorf("%d notifications, want %d", got, want)
	}
}

func TestSARIF_NumbersFindingsWithEqualFingerprints(t *testing.T) {
	f := tagLatest()
	out := render(t, "sarif", newReport([]finding.Finding{f, f, f}, nil), Options{})
	for i, result := range checkSARIF(t, out).Runs[0].Results {
		want := fmt.Sprintf("%s:%d", f.Fingerprint, i+1)
		if got := result.PartialFingerprints["primaryLocationLineHash"]; got != want {
			t.Errorf("result %d: fingerprint %q, want %q", i, got, want)
		}
	}
}

func TestSARIF_DescribesARuleThatTheReportDoesNotKnow(t *testing.T) {
	r := oneReport()
	r.Rules = nil
	run := checkSARIF(t, render(t, "sarif", r, Options{})).Runs[0]
	if len(run.Tool.Driver.Rules) != 1 || *run.Tool.Driver.Rules[0].ID != "image/tag-latest" || run.Results[0].RuleIndex != 0 {
		t.Errorf("rules %+v", run.Tool.Driver.Rules)
	}
}

func TestSARIF_KeepsTheWorstWhereThereAreTooManyAndSaysSo(t *testing.T) {
	findings := make([]finding.Finding, sarifLimit+3)
	for i := range findings {
		findings[i] = userRoot()
	}
	findings[len(findings)-1] = privileged()
	var log sarifLog
	if err := json.Unmarshal(render(t, "sarif", newReport(findings, nil), Options{}), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	last := run.Results[len(run.Results)-1]
	if len(run.Results) != sarifLimit || last.RuleID != "kubernetes/privileged" {
		t.Errorf("%d results, the last of %s", len(run.Results), last.RuleID)
	}
	if text := run.Invocations[0].Notifications[0].Message.Text; !strings.HasPrefix(text, "3 findings are left out") {
		t.Errorf("notification %q", text)
	}
}

func TestRelativeURI_StaysBelowItsBase(t *testing.T) {
	for file, want := range map[string]string{
		"k8s/web.yaml": "k8s/web.yaml", "a b/ü#?.yaml": "a%20b/%C3%BC%23%3F.yaml", "/etc/passwd": "etc/passwd", "../../x": "x", "a/../../b": "a/b", "": ".", "//host/x": "host/x",
		"http://evil.example/x": "http%3A/evil.example/x", "javascript:alert(1)": "javascript%3Aalert%281%29", "a%2e%2e/b": "a%252e%252e/b", `..\x`: "..%5Cx", "a\nb\x00\xff": "a%0Ab%00%FF",
	} {
		got := relativeURI(file)
		if got != want {
			t.Errorf("relativeURI(%q) = %q, want %q", file, got, want)
		}
		checkURI(t, got)
	}
}

func FuzzSARIF(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, text string) {
		out := render(t, "sarif", poisoned(text), Options{})
		checkInert(t, string(out))
		checkCommands(t, string(out), 0)
		result := checkSARIF(t, out).Runs[0].Results[0]
		if got, want := *result.Message.Text, sarifMessage(Announced(finding.Finding{Message: text, DeniedFrom: text})); got != want {
			t.Errorf("message %q, want %q", got, want)
		}
	})
}

func seedPayloads(f *testing.F) {
	f.Helper()
	for _, payload := range append(payloads, everyPayload, "", "plain") {
		f.Add(payload)
	}
}
