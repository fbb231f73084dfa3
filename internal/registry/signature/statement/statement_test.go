package statement_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/statement"
)

var digest = "sha256:" + strings.Repeat("0a", 32)

func text(parts ...string) []byte { return []byte("{" + strings.Join(parts, ",") + "}") }

var (
	partType      = `"_type":"https://in-toto.io/Statement/v1"`
	partPredicate = `"predicateType":"https://slsa.dev/provenance/v1"`
	partBody      = `"predicate":{"a":1}`
	partSubject   = `"subject":[{"name":"x","digest":{"sha256":"` + digest[7:] + `"}}]`
)

func TestParse_ReadsBothVersions(t *testing.T) {
	for _, version := range []string{statement.TypeV01, statement.TypeV1} {
		got, err := statement.Parse(text(`"_type":"`+version+`"`, partPredicate, partBody, partSubject))
		if err != nil {
			t.Fatal(err)
		}
		want := signature.Statement{Type: version, PredicateType: signature.PredicateProvenanceV1, Subjects: []string{digest}, Predicate: []byte(`{"a":1}`)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestParse_RefusesWhatIsNoStatement(t *testing.T) {
	tests := []struct {
		name, want string
		data       []byte
	}{
		{"nothing", "0 JSON documents", nil},
		{"no JSON", "read JSON", []byte("{")},
		{"two documents", "2 JSON documents", []byte("{} {}")},
		{"a list", "read in-toto statement", []byte("[]")},
		{"no type", "_type of the in-toto statement is missing", text(partPredicate, partBody, partSubject)},
		{"another type", "v0.1 is expected", text(`"_type":"https://in-toto.io/Statement/v2"`, partPredicate, partBody, partSubject)},
		{"no predicate type", "predicateType of the in-toto statement is missing", text(partType, partBody, partSubject)},
		{"an empty predicate type", "predicateType of the in-toto statement is empty", text(partType, `"predicateType":""`, partSubject)},
		{"a predicate type that is a number", "read predicateType", text(partType, `"predicateType":1`, partSubject)},
		{"no subject", "subject of the in-toto statement is missing", text(partType, partPredicate, partBody)},
		{"an empty subject", "0 subjects", text(partType, partPredicate, `"subject":[]`)},
		{"a subject without a digest", "digest of the in-toto statement is missing", text(partType, partPredicate, `"subject":[{"name":"x"}]`)},
		{"a subject twice", "subject", text(partType, partPredicate, partBody, partSubject, partSubject)},
		{"a digest twice", "sha256", text(partType, partPredicate, `"subject":[{"digest":{"sha256":"00","sha256":"01"}}]`)},
		{"a key twice deep in the predicate", "b", text(partType, partPredicate, partSubject, `"predicate":{"a":{"b":1,"b":2}}`)},
		{"too many subjects", "1025 subjects", text(partType, partPredicate, `"subject":[`+strings.Repeat(`{"digest":{}},`, 1024)+`{"digest":{}}]`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := statement.Parse(tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// Names that differ in case are other names: encoding/json would let the last
// of them win.
func TestParse_TakesNamesExactly(t *testing.T) {
	other := `"Subject":[{"digest":{"sha256":"` + strings.Repeat("ff", 32) + `"}}]`
	got, err := statement.Parse(text(partType, partPredicate, partBody, partSubject, other))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{digest}, got.Subjects); diff != "" {
		t.Error(diff)
	}
}

func TestParse_LeavesOutOtherDigests(t *testing.T) {
	got, err := statement.Parse(text(partType, partPredicate, partBody, `"subject":[{"digest":{"sha512":"00","sha256":"00"}}]`))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Subjects) > 0 {
		t.Errorf("got %v, want no subject", got.Subjects)
	}
}

func TestNew_WritesWhatParseReads(t *testing.T) {
	image := signature.Image{Repository: "ghcr.io/acme/app", Digest: digest}
	data, err := statement.New(image, "https://example.com/p", []byte(`{"a":[1,2]}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := statement.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	want := signature.Statement{Type: statement.TypeV1, PredicateType: "https://example.com/p", Subjects: []string{digest}, Predicate: []byte(`{"a":[1,2]}`)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"", "null", "[]", "1", `{"a":1,"a":2}`} {
		if _, err := statement.New(image, "https://example.com/p", []byte(bad)); err == nil {
			t.Errorf("the predicate %q is accepted", bad)
		}
	}
	if _, err := statement.New(image, "", []byte("{}")); err == nil {
		t.Error("an empty predicate type is accepted")
	}
	if _, err := statement.New(signature.Image{Repository: "x", Digest: "latest"}, "p", []byte("{}")); err == nil {
		t.Error("a tag is accepted as a digest")
	}
}

func TestEncoding_IsThatOfDSSE(t *testing.T) {
	// The example of the DSSE protocol.
	got := string(statement.Encoding("http://example.com/HelloWorld", []byte("hello world")))
	if want := "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseEnvelope_RefusesWhatIsNone(t *testing.T) {
	for _, bad := range []string{"", "[]", "{}", `{"payload":"!"}`, `{"payload":""}`, `{"payload":"YQ==","payload":"Yg=="}`} {
		if _, err := statement.ParseEnvelope([]byte(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	e, err := statement.ParseEnvelope([]byte(`{"payloadType":"t","payload":"YQ==","signatures":[{"sig":"Yg=="}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if payload, err := e.Decode(); err != nil || string(payload) != "a" {
		t.Errorf("got %q, %v", payload, err)
	}
}

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func summary() statement.Summary {
	return statement.Summary{
		Verifier: statement.Verifier{ID: "https://guard.example", Version: map[string]string{"guard": "1.0.0"}}, TimeVerified: now,
		ResourceURI: "ghcr.io/acme/app", Policy: statement.Resource{Digest: map[string]string{"sha256": "00"}}, VerificationResult: statement.Passed,
	}
}

func approval() statement.Approval {
	return statement.Approval{Approver: "jane@example.com", Environment: "production", ApprovedAt: now, Expires: now.Add(time.Hour), Reason: "release 7"}
}

func TestSummary_IsReadAsItWasWritten(t *testing.T) {
	data, err := summary().JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := statement.ParseSummary(data)
	if err != nil {
		t.Fatal(err)
	}
	want := summary()
	want.VerifiedLevels, want.SLSAVersion = []string{}, "1.0"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestApproval_IsReadAsItWasWritten(t *testing.T) {
	data, err := approval().JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := statement.ParseApproval(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(approval(), got); diff != "" {
		t.Error(diff)
	}
}

func TestPredicates_AreReadStrictly(t *testing.T) {
	good, err := approval().JSON()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, from, to string }{
		{"an unknown field", `"approver"`, `"note":"x","approver"`},
		{"a name in another case", `"environment"`, `"Environment"`},
		{"a second name in another case", `"environment"`, `"Environment":"staging","environment"`},
		{"a field twice", `"environment"`, `"environment":"staging","environment"`},
		{"no approver", `"jane@example.com"`, `""`},
		{"no environment", `"production"`, `""`},
		{"no end", `"expires"`, `"reason":"","expires"`},
		{"no time", `2026-11-27T12:00:00Z`, `0001-01-01T00:00:00Z`},
		{"an end before the beginning", `2026-11-27T13:00:00Z`, `2026-11-27T11:00:00Z`},
		{"a date that is none", `2026-11-27T13:00:00Z`, `tomorrow`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(string(good), tt.from, tt.to, 1)
			if bad == string(good) {
				t.Fatal("nothing was changed")
			}
			if got, err := statement.ParseApproval([]byte(bad)); err == nil {
				t.Errorf("%s is accepted: %+v", bad, got)
			}
		})
	}
	nested, err := summary().JSON()
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(string(nested), `"id":`, `"id":"a","ID":`, 1)
	if _, err := statement.ParseSummary([]byte(bad)); err == nil || !strings.Contains(err.Error(), `verifier: unknown field "ID"`) {
		t.Errorf("a second name deep inside: got %v", err)
	}
	damages := map[string]func(*statement.Summary){
		"no verifier":        func(s *statement.Summary) { s.Verifier.ID = "" },
		"no time":            func(s *statement.Summary) { s.TimeVerified = time.Time{} },
		"no resource":        func(s *statement.Summary) { s.ResourceURI = "" },
		"no policy":          func(s *statement.Summary) { s.Policy = statement.Resource{} },
		"an unknown outcome": func(s *statement.Summary) { s.VerificationResult = "passed" },
	}
	for name, damage := range damages {
		s := summary()
		damage(&s)
		if _, err := s.JSON(); err == nil {
			t.Errorf("a summary with %s is written", name)
		}
	}
}

func TestHolds_SaysWhyNot(t *testing.T) {
	failed := summary()
	failed.VerificationResult = statement.Failed
	tests := []struct {
		name, want string
		got        error
	}{
		{"a fresh verdict", "", summary().Holds(now.Add(time.Hour), 2*time.Hour)},
		{"any age", "", summary().Holds(now.Add(9000*time.Hour), 0)},
		{"an old verdict", "2h0m1s old", summary().Holds(now.Add(2*time.Hour+time.Second), 2*time.Hour)},
		{"a verdict of tomorrow", "not yet", summary().Holds(now.Add(-time.Hour), 0)},
		{"another verdict", "FAILED", failed.Holds(now, 0)},
		{"an approval", "", approval().Holds("production", now.Add(time.Minute))},
		{"another environment", `for "production", not for "staging"`, approval().Holds("staging", now)},
		{"its last moment", "", approval().Holds("production", now.Add(time.Hour-1))},
		{"its end", "has ended", approval().Holds("production", now.Add(time.Hour))},
		{"an approval of tomorrow", "not yet", approval().Holds("production", now.Add(-time.Hour))},
	}
	for _, tt := range tests {
		got := ""
		if tt.got != nil {
			got = tt.got.Error()
		}
		if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
