package gitlab

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guard/internal/pipeline/flow"
)

// Large and tangled files take a while, but not for ever.
func TestProvider_HostilePipelinesEnd(t *testing.T) {
	var stages []string
	for i := range 200 {
		stages = append(stages, fmt.Sprintf("s%d", i))
	}
	for _, test := range []struct{ name, text string }{
		{"many jobs in many stages, all of them manual", many(1000, "stages: ["+strings.Join(stages, ", ")+"]\n", func(i int) string {
			return fmt.Sprintf("{stage: s%d, script: [x], when: manual, allow_failure: false}", i%200)
		})},
		{"many jobs with the rules of one", many(1000, ".b: {rules: ["+strings.Repeat("{if: '$A == \"b\" || $C'}, ", 500)+"]}\n", func(int) string {
			return "{extends: .b, script: [x]}"
		})},
		{"many jobs that need those before them", many(300, "", func(i int) string {
			var needs []string
			for j := range i {
				needs = append(needs, fmt.Sprintf("j%d", j))
			}
			return "{script: [x], needs: [" + strings.Join(needs, ", ") + "]}"
		})},
		{"many jobs that need each other", many(1000, "", func(i int) string {
			return fmt.Sprintf("{script: [x], needs: [j%d]}", (i+1)%1000)
		})},
		{"many reports", many(600, "", func(i int) string {
			return fmt.Sprintf("{stage: %s, script: ['echo A%d=$A > a.env', 'docker push $A'], artifacts: {reports: {dotenv: a.env}}}", []string{"build", "deploy"}[i%2], i)
		})},
	} {
		t.Run(test.name, func(t *testing.T) {
			begin := time.Now()
			p := provider(t, test.text)
			for _, situation := range flow.Situations {
				for _, start := range p.Starts(flow.Branches{}.RunOf(situation)) {
					play(p, start.Run, "j0", "")
				}
			}
			last := len(p.file.Pipeline.Jobs) - 1
			p.Values(onMain, flow.Place{Job: last, Step: 0}, "$A")
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("took %s", took)
			} else {
				t.Logf("took %s", took)
			}
		})
	}
}

func many(n int, head string, job func(int) string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		fmt.Fprintf(&b, "j%d: %s\n", i, job(i))
	}
	return b.String()
}
