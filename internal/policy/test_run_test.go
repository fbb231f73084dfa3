package policy_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

// tested is the sound rule with unit tests.
func tested(tests string) policy.Source {
	if strings.Contains(tests, "moving.") {
		tests = "import data.guard.rules.image.moving\n\n" + tests
	}
	return policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{
		"image/moving.rego":      {Data: []byte(sound)},
		"image/moving_test.rego": {Data: []byte("package guard.rules.image.moving_test\n\n" + tests)},
	}}
}

func runOne(t *testing.T, test string) policy.TestResult {
	t.Helper()
	report, err := policy.RunTests(t.Context(), []policy.Source{tested(test)}, policy.TestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Tests) != 1 {
		t.Fatalf("got %d tests, want 1", len(report.Tests))
	}
	return report.Tests[0]
}

func TestRunTests_SaysHowValuesDiffer(t *testing.T) {
	const from = ` with input as guard.parse("dockerfile", "FROM shop:latest\n")`
	tests := map[string]struct{ test, want string }{
		"sets": {`test_x if moving.deny == {{"message": "no", "path": []}}` + from,
			`missing {"message": "no", "path": []} unexpected {"message": "stage 0: latest", "path": ["instructions", 0, "args", 0]}`},
		"sets, the expected first": {`test_x if {{"message": "no", "path": []}} == moving.deny` + from,
			`missing {"message": "no", "path": []} unexpected {"message": "stage 0: latest", "path": ["instructions", 0, "args", 0]}`},
		"sets of one's own": {"test_x if {\n\tgot := {d.message | some d in moving.deny}" + from + "\n\tgot == {\"a\"}\n}", `missing "a" unexpected "stage 0: latest"`},
		"an empty set":      {`test_x if moving.deny == set()` + from, `unexpected {"message": "stage 0: latest"`},
		"numbers":           {`test_x if count(moving.deny) == 2` + from, `got 1 want 2`},
		"a call":            {`test_x if startswith("shop", "web")`, `values startswith("shop", "web")`},
		"variables":         {"test_x if {\n\tsome d in moving.deny" + from + "\n\td.message != d.message\n}", `values`},
		"a not":             {"test_x if not count([1]) == 1", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			result := runOne(t, tt.test)
			if result.Passed || result.Failure == nil {
				t.Fatalf("got %+v, want a failure", result)
			}
			var got []string
			f := result.Failure
			for _, part := range []struct {
				name string
				list []string
			}{{"missing", f.Missing}, {"unexpected", f.Unexpected}, {"values", f.Values}} {
				if len(part.list) > 0 {
					got = append(got, part.name+" "+strings.Join(part.list, ", "))
				}
			}
			if f.Got != "" {
				got = append(got, "got "+f.Got+" want "+f.Want)
			}
			if text := strings.Join(got, " "); !strings.Contains(text, tt.want) {
				t.Errorf("got  %s\nwant %s", text, tt.want)
			}
			if !strings.HasSuffix(f.Excerpt(), "^") {
				t.Errorf("no line is quoted: %q", f.Excerpt())
			}
		})
	}
}

func TestRunTests_EndsWhatDoesNot(t *testing.T) {
	const many = "xs := split(sprintf(\"%4000d\", [1]), \"\")\n"
	tests := map[string]struct{ test, want string }{
		"a loop without end": {
			"test_x if {\n\t" + many + "\tcount([1 | some a in xs; some b in xs; some c in xs; some d in xs; some e in xs; a != b; b != c; c != d; d != e; a == \"no\"]) == 1\n}",
			"it takes more than 10s",
		},
		"a list without end": {
			"test_x if {\n\t" + many + "\tcount([[a, b, c, d, e, xs[i]] | some a, _ in xs; some b, _ in xs; some c, _ in xs; some d, _ in xs; some e, _ in xs; some i, _ in xs]) == 1\n}",
			"it takes more than ",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := runOne(t, tt.test)
			if result.Passed || result.Err == nil || !strings.Contains(result.Err.Error(), tt.want) {
				t.Errorf("got %v, want %s", result.Err, tt.want)
			}
		})
	}
}

func TestRunTests_KeepsOfAPrintWhatIsEnough(t *testing.T) {
	result := runOne(t, `test_x if print(sprintf("%1000000d", [1]))`)
	if len(result.Output) == 0 || len(result.Output) > 64<<10 {
		t.Errorf("got %d bytes, want at most 64 KiB", len(result.Output))
	}
}

func TestRunTests_ChoosesByName(t *testing.T) {
	source := tested("test_a if true\ntest_b if true\n")
	for pattern, want := range map[string]int{"": 2, "test_a$": 1, "^image/moving/": 2, "other": 0} {
		report, err := policy.RunTests(t.Context(), []policy.Source{source}, policy.TestOptions{Run: regexp.MustCompile(pattern)})
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Tests) != want {
			t.Errorf("%q: got %d tests, want %d", pattern, len(report.Tests), want)
		}
	}
}

// A test that asks what does not exist passes wherever nothing is expected.
func TestCheck_RefusesATest(t *testing.T) {
	tests := map[string]struct{ test, want string }{
		"that asks another rule":     {"test_x if data.guard.rules.image.movin.deny == set()", `own/image/moving_test.rego:3:11: data.guard.rules.image.movin: there is no such rule, did you mean "guard.rules.image.moving"?`},
		"that asks for another name": {"test_x if moving.deni == set()", `does not define "deni", did you mean "deny"?`},
		"that calls http.send":       {`test_x if http.send({"method": "get", "url": "http://localhost"})`, "http.send: rules may not call it"},
		"that misspells a builtin":   {`test_x if startwith("a", "b")`, `undefined function startwith, did you mean "startswith"?`},
		"that compares two types":    {`test_x if moving.deny == {1}`, "match error"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := policy.Check(t.Context(), []policy.Source{tested(tt.test)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestCheck_QuotesTheLine(t *testing.T) {
	_, err := policy.Check(t.Context(), []policy.Source{source(replace("image.tag in", "image.tagg in"))})
	const want = "own/image/moving.rego:24:2: undefined ref: image.tagg: image has no \"tagg\", did you mean \"tag\"?\n\t\timage.tagg in data.guard.params[\"image/moving\"].tags\n\t\t^"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// A copy of guard's own library stands for it; any other directory is loaded
// beside it.
func TestBeside(t *testing.T) {
	if sources := policy.Beside(policy.Source{Name: "copy", FS: policy.Builtin().FS}); len(sources) != 1 || sources[0].Custom {
		t.Errorf("a copy: got %d sources", len(sources))
	}
	sources := policy.Beside(source(sound))
	if len(sources) != 2 || !sources[1].Custom {
		t.Errorf("a directory of rules: got %d sources", len(sources))
	}
}
