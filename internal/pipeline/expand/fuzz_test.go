package expand

import (
	"testing"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

func FuzzFollow(f *testing.F) {
	for _, seed := range []string{
		`if [[ "$GITHUB_REF" == refs/tags/* ]]; then V=${GITHUB_REF#refs/tags/}; else V=${GITHUB_SHA::7}; fi; echo "v=$V" >> "$GITHUB_OUTPUT"`,
		"case $X in a|b*) A=${X//\\//-};; *) exit 1;; esac\n{ echo 'n<<E'; date +%F; echo E; } | tee -a $GITHUB_ENV",
		`f() { local A=$1; echo ${A,,} | cut -d/ -f2- | sed 's|^v||' | tr / -; }; for i in a $LIST; do X=$(f $i); done`,
		`[ -z "$INPUT" ] && INPUT=${TAG_REF##*/} || export B+=$(git log -1 --format=%h); printf '%s %d%%\n' $B 1`,
		"while read -r l; do (source x.env); done <<<\"$A\"; bash -c \"echo ${EMPTY:-$X}\"; cat <<-E > f\n\t$(basename a/b .c)\n\tE",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		commands, err := shell.Reader{Detailed: true}.Read(text, finding.NewPath("run"))
		if err != nil || len(text) > 4096 {
			return
		}
		script := &pipeline.Script{Text: text, Commands: commands}
		trace := Follow(script, scope())
		for i := range commands {
			trace.Runs(i)
			for k := range commands[i].Args {
				if len(trace.Values(i, &commands[i].Args[k])) == 0 {
					t.Fatalf("a word of command %d has no value in %q", i, text)
				}
				_ = trace.Word(i, &commands[i].Args[k]).String()
			}
		}
	})
}
