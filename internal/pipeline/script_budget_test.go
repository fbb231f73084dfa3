package pipeline

import (
	"strings"
	"testing"

	"guard/internal/pipeline/shell"
)

// Reliability 37: scripts that aliases multiply end at a limit, which is told
// once.
func TestScriptBudget_EndsAndSaysSoOnce(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"many bytes", "echo " + strings.Repeat("x", 200_000)},
		{"many commands", strings.Repeat("a\n", 15_000)},
	} {
		t.Run(test.name, func(t *testing.T) {
			var budget ScriptBudget
			told := 0
			for range 40 {
				if _, news, err := budget.Read(shell.Reader{}, test.script, nil); err != nil && news {
					told++
				}
			}
			if told != 1 {
				t.Errorf("the limit was told %d times, want once", told)
			}
		})
	}
}

func TestScriptBudget_TellsEachBrokenScript(t *testing.T) {
	var budget ScriptBudget
	for range 2 {
		if _, news, err := budget.Read(shell.Reader{}, "if", nil); err == nil || !news {
			t.Errorf("got news %v, error %v, want both", news, err)
		}
	}
}

func TestIsCommit_IsExactVersion(t *testing.T) {
	for _, test := range []struct {
		ref             string
		commit, version bool
	}{
		{"0ad4b8fadaa221de15dcec353f45205ec38ea70b", true, false},
		{strings.Repeat("a1", 32), true, false},
		{"0ad4b8f", false, false},
		{"0ad4b8fadaa221de15dcec353f45205ec38ea70g", false, false},
		{"v1.2.3", false, true},
		{"1.2.3-rc.1", false, true},
		{"1.2.3+build", false, true},
		{"v1.2", false, false},
		{"v1", false, false},
		{"main", false, false},
		{"1..2", false, false},
		{"", false, false},
	} {
		t.Run(test.ref, func(t *testing.T) {
			if c, v := IsCommit(test.ref), IsExactVersion(test.ref); c != test.commit || v != test.version {
				t.Errorf("got commit %v, version %v, want %v, %v", c, v, test.commit, test.version)
			}
		})
	}
}
