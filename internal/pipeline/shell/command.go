package shell

import "guard/internal/finding"

// Command is one simple command of a script, found wherever it stands: in
// pipes, conditions, loops, functions, subshells and substitutions.
type Command struct {
	Name     string       `json:"name"`     // base name of the program: "curl"; wrappers (sudo, env, exec, time, command, nohup) skipped; "[[" and "((" of the shell; "" for a bare assignment or an unknown program
	Wrappers []string     `json:"wrappers"` // the wrappers skipped, outermost first: ["sudo"]
	Args     []Word       `json:"args"`     // words behind the program; none of [[ and ((
	Assigns  []Assign     `json:"assigns"`  // NAME=value before the program, export/declare/readonly included
	Path     finding.Path `json:"path"`     // of the program's word
	Pipe     int          `json:"pipe"`     // commands of one pipe share a number; -1 where it stands alone
	Stage    int          `json:"stage"`    // place in the pipe, 0-based
	Last     bool         `json:"last"`     // the pipe's last command, or alone
	Pipefail bool         `json:"pipefail"` // set -o pipefail is in force here
	Trace    bool         `json:"trace"`    // set -x is in force here
	Ignored  bool         `json:"ignored"`  // its failure is swallowed: || true, || echo, || exit 0, !, the condition of an if or while no branch of which ends as failed
	Redirect []Redirect   `json:"redirects"`
	Inner    bool         `json:"inner"`  // inside a substitution, $(…) or <(…)
	Parent   int          `json:"parent"` // index of the command whose substitution, or whose script (sh -c), this is; else -1

	// Who notices its failure. A shell with errexit stops at a command that
	// fails, save in a list a && b whose last part is not reached.
	Swallowed  string `json:"-"` // of an ignored one, by what: "|| true", "!", "the condition of an if"; "" where a failure is answered all the same: if ! a; then exit 1
	Program    string `json:"-"` // the program as written: "./scripts/test", "$BIN"; "" for a bare assignment
	Background bool   `json:"-"` // nobody waits for it: &
	Errexit    bool   `json:"-"` // set -e is in force here
	Chained    bool   `json:"-"` // more commands stand behind it in a list a && b
	Handled    bool   `json:"-"` // something else runs where it fails: || b, or a condition one of whose branches fails
	Fallback   bool   `json:"-"` // it runs only where what stands before || failed
	Statement  int    `json:"-"` // number of the statement of the script, as a whole, that it stands in
	Function   string `json:"-"` // the function whose body it stands in; "" where none

	Block *Block `json:"-"` // what it stands in; nil where it simply runs in its turn, and unless the reader is Detailed
}

// Word is one word of a command.
type Word struct {
	Text      string       `json:"text"`      // quotes removed, variables as $NAME
	Known     bool         `json:"known"`     // no variable, substitution or expression in it
	Variables []string     `json:"variables"` // names of the variables in it
	Path      finding.Path `json:"path"`
	Parts     []Part       `json:"-"` // what it is made of; nil for one that is its Text, and unless the reader is Detailed
}

// Assign is one assignment.
type Assign struct {
	Name   string       `json:"name"`
	Value  Word         `json:"value"`
	Export bool         `json:"export"`
	Append bool         `json:"-"` // NAME+=value
	Path   finding.Path `json:"path"`
}

// Redirect is one redirection.
type Redirect struct {
	Op     string       `json:"op"`     // >, >>, <, <<, <<<, &>
	Number string       `json:"-"`      // of the file that is redirected: "2"; "" for the usual one
	Target Word         `json:"target"` // of <<, the text of the here-document
	Path   finding.Path `json:"path"`
}
