package activity

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sentence is one row: a script and what it does.
type sentence struct {
	name   string
	script string
	want   []string
}

// workflow writes a workflow of one job and one step that runs a script.
func workflow(script string) string {
	return "on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n      - run: |\n" + indent(script)
}

func indent(script string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(script, "\n") {
		fmt.Fprintf(&b, "          %s\n", line)
	}
	return b.String()
}

func check(t *testing.T, rows []sentence) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := showAll(Find(readGitHub(t, workflow(row.script)), Options{}))
			if row.want == nil {
				row.want = []string{}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("%s\n%s", row.script, diff)
			}
		})
	}
}
