package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"guard/internal/document"
)

func TestGenerate_GivesTheSameBytesForTheSameSeed(t *testing.T) {
	one, other, third := digest(t, 1), digest(t, 1), digest(t, 2)
	if one != other {
		t.Error("the same seed gives other manifests")
	}
	if one == third {
		t.Error("another seed gives the same manifests")
	}
}

func digest(t *testing.T, seed uint64) string {
	t.Helper()
	c, err := generate(t.TempDir(), 200, seed)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.New()
	tree := os.DirFS(c.dir)
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		hash.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func TestGenerate_CountsTheViolationsThatGuardsModelShows(t *testing.T) {
	c, err := generate(t.TempDir(), 400, 7)
	if err != nil {
		t.Fatal(err)
	}
	got, documents := [ruleCount]int{}, 0
	for _, d := range loadAll(t, c.dir) {
		if d.Kind != document.KindKubernetes {
			continue
		}
		documents++
		if d.Workload == nil {
			continue
		}
		for _, container := range d.Workload.Containers {
			count(&got, container)
		}
	}
	if got != c.want || documents != 400 {
		t.Errorf("%d documents with violations %v, want 400 with %v", documents, got, c.want)
	}
}

func loadAll(t *testing.T, dir string) (all []*document.Document) {
	t.Helper()
	tree := os.DirFS(dir)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		all = append(all, document.Load(name, text, document.Options{})...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func count(got *[ruleCount]int, c document.Container) {
	if image := c.Image.Value; !strings.Contains(image, ":") || strings.HasSuffix(image, ":latest") {
		got[imageTag]++
	}
	if user := c.Effective.RunAsNonRoot.Value; user == nil || !*user {
		got[nonRoot]++
	}
	if flag := c.Effective.Privileged.Value; flag != nil && *flag {
		got[privileged]++
	}
}

func TestCounters_ReadWhatTheToolsPrint(t *testing.T) {
	rows := []struct {
		tool   string
		read   func([]byte) (int, error)
		stdout string
		want   int
	}{
		{"guard", countGuard, `{"version": 1, "findings": [{}, {}]}`, 2},
		{"conftest", countConftest, `[{"filename": "a", "failures": [{}, {}]}, {"filename": "b"}, {"failures": [{}]}]`, 3},
		{"gator", countGator, `[{"msg": "a"}]`, 1},
		{"kyverno", countKyverno, "Applying 3 rules…\n\npass: 10, fail: 7, warn: 0, error: 0, skip: 4 \n", 7},
	}
	for _, row := range rows {
		t.Run(row.tool, func(t *testing.T) {
			if got, err := row.read([]byte(row.stdout)); err != nil || got != row.want {
				t.Errorf("got %d, %v; want %d", got, err, row.want)
			}
		})
	}
}

func TestCountKyverno_TakesRulesThatCouldNotRunForAFailure(t *testing.T) {
	for _, stdout := range []string{"", "pass: 10, fail: 7, warn: 0, error: 2, skip: 4"} {
		if _, err := countKyverno([]byte(stdout)); err == nil {
			t.Errorf("%q is taken for a result", stdout)
		}
	}
}

func TestMeasure_RefusesAToolThatFindsSomethingElse(t *testing.T) {
	echo := contest{name: "echo", args: []string{"echo", `{"findings": [{}]}`}, want: 2, read: countGuard}
	if _, err := measure(t.Context(), echo); err == nil || !strings.Contains(err.Error(), "found 1 violations, but there are 2") {
		t.Errorf("got error %v", err)
	}
}

func TestChoose_RefusesAnUnknownPeer(t *testing.T) {
	if chosen, err := choose("gator,conftest"); err != nil || len(chosen) != 2 {
		t.Errorf("got %v, %v", chosen, err)
	}
	if _, err := choose("gator,confest"); err == nil || !strings.Contains(err.Error(), `"confest"`) {
		t.Errorf("got error %v", err)
	}
}

func TestContests_CallOnlyTheToolsThatAreThere(t *testing.T) {
	calls := contests(map[string]string{"guard": "/bin/guard", "gator": "/bin/gator"}, &corpus{dir: "m", tiny: "m/a"}, "rules")
	var binaries []string
	for _, call := range calls {
		binaries = append(binaries, call.args[0])
	}
	if got := strings.Join(binaries, " "); got != "/bin/guard /bin/guard /bin/guard /bin/gator" {
		t.Errorf("got %s", got)
	}
}

func TestWriteTable_ShowsRatiosToGuard(t *testing.T) {
	var b bytes.Buffer
	err := writeTable(&b, []result{{"guard, one small file", time.Second, time.Second, 50e6, 7}, {"guard", time.Second, 2 * time.Second, 50e6, 7}, {"peer", time.Second, 5 * time.Second, 70e6, 7}})
	if err != nil || !strings.Contains(b.String(), "2.50x") {
		t.Errorf("%v: %s", err, b.String())
	}
}
