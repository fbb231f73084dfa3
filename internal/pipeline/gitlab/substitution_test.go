package gitlab

import "testing"

// The items of a script are read one by one; what a word substitutes must be
// found all the same.
func TestRead_SubstitutionsNameCommandsOfTheWholeScript(t *testing.T) {
	p, _, _ := read(t, ".gitlab-ci.yml", "a:\n  script:\n    - make\n    - TAG=$(git rev-parse HEAD)\n    - if make; then docker push \"$TAG\"; fi\n")
	commands := p.Jobs[0].Steps[0].Script.Commands
	substituted := commands[1].Assigns[0].Value.Parts[0].Commands
	if commands[substituted.First].Name != "git" || substituted.End != 3 {
		t.Errorf("TAG names the commands %d to %d of %d, want git alone", substituted.First, substituted.End, len(commands))
	}
	push := commands[len(commands)-1]
	if test := push.Block.Clause.Tests[0].Command; commands[test].Name != "make" || test != 3 {
		t.Errorf("docker push depends on command %d, want 3", test)
	}
}
