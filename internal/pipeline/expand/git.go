package expand

import (
	"slices"
	"strconv"
	"strings"

	"guard/internal/pipeline/symbol"
)

// git is what a git command prints, without the end of the line.
func (f *follower) git(i int, env *binding) symbol.Value {
	args, known := f.plainArguments(i, env)
	other := symbol.Nobody("what " + described(&f.commands[i]) + " prints is not known")
	if !known || len(args) == 0 {
		return other
	}
	verb, rest := args[0], args[1:]
	switch verb {
	case "rev-parse":
		return f.revParse(env, rest, other)
	case "log", "show":
		return f.log(env, rest, other)
	case "describe":
		return f.describe(env, rest)
	case "branch":
		if slices.Equal(rest, []string{"--show-current"}) {
			return f.head(env, HeadBranch, "which branch is checked out is not known")
		}
	case "symbolic-ref":
		if slices.Contains(rest, "HEAD") && (slices.Contains(rest, "--short") || slices.Contains(rest, "-q")) {
			return f.head(env, HeadBranch, "which branch is checked out is not known")
		}
	case "rev-list":
		if slices.Contains(rest, "--count") {
			return symbol.Derived(f.commit(env), "the number of commits ("+strings.Join(rest, " ")+")")
		}
	}
	return other
}

// plainArguments lists the words of a git command that say what it does: its
// verb and what stands behind it. A word that holds the commit itself counts as
// HEAD.
func (f *follower) plainArguments(i int, env *binding) (args []string, known bool) {
	words := f.commands[i].Args
	for k := 0; k < len(words); k++ {
		value := f.word(env, &words[k])
		text, plain := value.Known()
		switch {
		case len(args) == 0 && (text == "-C" || text == "-c"):
			k++
			continue
		case len(args) == 0 && strings.HasPrefix(text, "-"):
			continue
		case !plain && symbol.Compare(value, f.commit(env)).IsYes():
			text = "HEAD"
		case !plain:
			return nil, false
		}
		args = append(args, text)
	}
	return args, true
}

// commit is the commit that is checked out.
func (f *follower) commit(env *binding) symbol.Value {
	if value, known := f.special(env, HeadCommit); known {
		return value
	}
	return symbol.Of(symbol.FullSHA())
}

func (f *follower) special(env *binding, name string) (symbol.Value, bool) {
	if bound := f.find(env, name); bound != nil {
		return bound.value, true
	}
	if f.scope.Lookup == nil {
		return nil, false
	}
	return f.scope.Lookup(name)
}

func (f *follower) head(env *binding, name, reason string) symbol.Value {
	if value, known := f.special(env, name); known {
		return value
	}
	return symbol.Nobody(reason)
}

// shortest is how many digits git abbreviates a commit to in most repositories.
const shortest = 7

func (f *follower) revParse(env *binding, args []string, other symbol.Value) symbol.Value {
	length, head, branch := 0, false, false
	for _, arg := range args {
		switch {
		case arg == "HEAD" || arg == "@":
			head = true
		case arg == "--short":
			length = shortest
		case strings.HasPrefix(arg, "--short="):
			n, err := strconv.Atoi(strings.TrimPrefix(arg, "--short="))
			if err != nil || n < 4 {
				return other
			}
			length = n
		case arg == "--abbrev-ref":
			branch = true
		case arg == "--verify" || arg == "-q" || arg == "--quiet":
		default:
			return other
		}
	}
	switch {
	case !head:
		return other
	case branch:
		return f.head(env, HeadBranch, "which branch is checked out is not known")
	case length > 0:
		return f.commit(env).Slice(0, length)
	}
	return f.commit(env)
}

// log is the commit in the form that a format asks for.
func (f *follower) log(env *binding, args []string, other symbol.Value) symbol.Value {
	format, one, length := "", false, shortest
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch {
		case name == "--format" || name == "--pretty":
			format = strings.TrimPrefix(strings.TrimPrefix(value, "format:"), "tformat:")
		case name == "--abbrev":
			n, err := strconv.Atoi(value)
			if err != nil || n < 4 {
				return other
			}
			length = n
		case arg == "-1" || arg == "-n1" || arg == "-s" || arg == "--no-patch" || arg == "--max-count=1":
			one = true
		case arg == "HEAD" || arg == "--no-show-signature":
		default:
			return other
		}
	}
	if !one || format == "" {
		return other
	}
	return f.logFormat(env, format, length)
}

func (f *follower) logFormat(env *binding, format string, length int) symbol.Value {
	var out symbol.Value
	for format != "" {
		text, verb, found := strings.Cut(format, "%")
		out = symbol.Join(out, symbol.Text(text))
		if !found {
			break
		}
		if verb == "" {
			return symbol.Nobody("the format of git log is not read")
		}
		switch format = verb[1:]; verb[0] {
		case 'H':
			out = symbol.Join(out, f.commit(env))
		case 'h':
			out = symbol.Join(out, f.commit(env).Slice(0, length))
		default:
			return symbol.Derived(f.commit(env), "git log's %"+verb)
		}
	}
	return out
}

// describe is the tag that is checked out, where one is.
func (f *follower) describe(env *binding, args []string) symbol.Value {
	plain := []string{"--tags", "--exact-match", "--abbrev=0", "--always", "HEAD", "--match", "--candidates"}
	simple := !slices.ContainsFunc(args, func(arg string) bool { return !slices.Contains(plain, arg) })
	tag, known := f.special(env, HeadTag)
	if known && len(tag) > 0 && simple && slices.Contains(args, "--tags") {
		return tag
	}
	return symbol.Nobody("what git describe prints depends on the tags of the repository")
}

// moves are git commands behind which another commit is checked out.
var moves = []string{"commit", "pull", "merge", "reset", "rebase", "cherry-pick", "revert", "am", "switch", "checkout"}

// moveHead notes that another commit is checked out than was.
func (f *follower) moveHead(i int, w *world) {
	args := f.commands[i].Args
	verb := 0
	for verb < len(args) && strings.HasPrefix(args[verb].Text, "-") {
		if args[verb].Text == "-C" || args[verb].Text == "-c" {
			verb++
		}
		verb++
	}
	if verb >= len(args) || !slices.Contains(moves, args[verb].Text) {
		return
	}
	for _, arg := range args[verb+1:] {
		if arg.Text == "--" || arg.Text == "-b" || arg.Text == "-B" || arg.Text == "-c" && args[verb].Text == "switch" {
			w.set(HeadBranch, symbol.Nobody("git "+args[verb].Text+" changes the branch"), i)
			return
		}
	}
	reason := symbol.Nobody("git " + args[verb].Text + " changes which commit is checked out")
	for _, name := range []string{HeadCommit, HeadBranch, HeadTag} {
		w.set(name, reason, i)
	}
}
