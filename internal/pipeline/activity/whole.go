package activity

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// environment notes a kubeconfig that the environment of a job, or of the
// whole pipeline, names.
func (f *finder) environment(index int) {
	job := &f.pipeline.Jobs[index]
	if len(job.Steps) == 0 {
		return
	}
	for _, list := range [][]pipeline.Variable{job.Env, f.pipeline.Env} {
		for _, v := range list {
			if isClusterVariable(v.Name) {
				f.add(&scope{finder: f, job: index}, -1, pipeline.Activity{Kind: pipeline.Credentials, Tool: v.Name, Path: v.Path})
				return
			}
		}
	}
	for i := range job.Steps {
		for _, v := range job.Steps[i].Env {
			if isClusterVariable(v.Name) {
				f.add(&scope{finder: f, job: index, step: i}, -1, pipeline.Activity{Kind: pipeline.Credentials, Tool: v.Name, Path: v.Path})
			}
		}
	}
}

// isClusterVariable tells whether a variable gives access to a cluster.
func isClusterVariable(name string) bool {
	return isOneOf(strings.ToUpper(name), "KUBECONFIG|KUBE_CONFIG|KUBE_CONFIG_DATA|KUBE_CONFIG_BASE64|KUBECONFIG_DATA|KUBE_TOKEN|HELM_KUBETOKEN|HELM_KUBEAPISERVER")
}

// assigned notes what a command sets: export KUBECONFIG=…, a kubeconfig that is
// written, a working directory.
func (f *finder) assigned(s *scope, index int) {
	c := &s.script.commands[index]
	f.directory(s, c)
	if tool := kubeconfigOf(c); tool != "" {
		f.add(s, index, pipeline.Activity{Kind: pipeline.Credentials, Tool: tool})
	}
}

func kubeconfigOf(c *shell.Command) string {
	for _, a := range c.Assigns {
		if a.Name == "KUBECONFIG" {
			return "KUBECONFIG"
		}
	}
	for _, redirect := range c.Redirect {
		target := redirect.Target.Text
		if strings.HasPrefix(redirect.Op, ">") && (strings.Contains(strings.ToLower(target), "kubeconfig") || strings.HasSuffix(target, ".kube/config")) {
			return "kubeconfig"
		}
		if strings.Contains(target, "GITHUB_ENV") && slices.ContainsFunc(c.Args, func(w shell.Word) bool { return strings.HasPrefix(w.Text, "KUBECONFIG=") }) {
			return "KUBECONFIG"
		}
	}
	if c.Name == "tee" || c.Name == "cp" || c.Name == "mv" || c.Name == "scp" || c.Name == "install" {
		for _, arg := range c.Args {
			if strings.HasSuffix(arg.Text, ".kube/config") {
				return "kubeconfig"
			}
		}
	}
	return ""
}

// directory follows cd of the script itself. Where it cannot be followed, no
// file is read any more.
func (f *finder) directory(s *scope, c *shell.Command) {
	if c.Inner || c.Function != "" {
		return
	}
	switch c.Name {
	case "popd":
		s.located = false
	case "cd", "pushd":
		if len(c.Args) == 0 || !c.Args[0].Known || c.Args[0].Text == "-" {
			s.located = false
			return
		}
		if dir, ok := cleanDir(path.Join(orElse(s.dir, "."), c.Args[0].Text)); ok && s.located && !strings.HasPrefix(c.Args[0].Text, "/") {
			s.dir = dir
			return
		}
		s.located = false
	}
}

// stepAsWhole notes what only the script of a step as a whole tells: the check
// of a canary by a measure, and a version that is compared.
func (f *finder) stepAsWhole(s scope, step *pipeline.Step, before int) {
	job := &f.pipeline.Jobs[s.job]
	text := step.Script.Text
	names := strings.ToLower(job.ID + " " + job.Name + " " + step.Name + " " + text)
	if strings.Contains(names, "canary") && measures.MatchString(text) {
		f.add(&s, -1, pipeline.Activity{Kind: pipeline.CanaryCheck, Tool: "script", Path: step.Script.Path, Weak: weakMeasure(text)})
	}
	if !versionAddress.MatchString(text) || !comparesCommit(text) {
		return
	}
	for i := before; i < len(f.found); i++ {
		if a := f.found[i]; a.Kind == probe {
			a.Kind = pipeline.VersionCheck
			f.found = append(f.found, a)
			return
		}
	}
}

var (
	// measures matches a query of a metric, or a comparison of one.
	measures = regexp.MustCompile(`/api/v1/query|promtool query|(?i)error[_-]?rate|latency|success[_-]?rate|analysisrun`)
	// integerTest matches the comparison of integers of the shell.
	integerTest = regexp.MustCompile(`\[\[?\s+"?([^"\]\s]+)"?\s+-(?:gt|lt|ge|le)\s+"?([^"\]\s]+)"?`)
	decimal     = regexp.MustCompile(`^[0-9]*\.[0-9]+$`)
	// captured matches a variable that holds the raw answer of a query.
	captured = regexp.MustCompile(`(\w+)=["']?\$\(\s*(?:curl|wget)\b([^)\n]*(?:\\\n[^)\n]*)*)\)`)
	// assignedNumber matches a variable that is set to a decimal number.
	assignedNumber = regexp.MustCompile(`(\w+)=["']?([0-9]*\.[0-9]+)\b`)

	versionAddress = regexp.MustCompile(`(?i)/(version|build|info|revision|commit|release|api/version|build-info)\b`)
	commitNames    = regexp.MustCompile(`(?i)\$\{?\{?\s*(github\.sha|github_sha|ci_commit_(short_)?sha|build_sourceversion|(\w*_)?(sha|version|tag|commit|expected\w*|revision|git_\w+)\b)|Build\.SourceVersion|needs\.\w+\.outputs\.|steps\.\w+\.outputs\.`)
)

func comparesCommit(text string) bool {
	return commitNames.MatchString(text) && comparison.MatchString(text)
}

// weakMeasure says why the comparison of a measure cannot stop a canary.
func weakMeasure(text string) string {
	decimals := map[string]bool{}
	for _, match := range assignedNumber.FindAllStringSubmatch(text, 100) {
		decimals[match[1]] = true
	}
	raw := map[string]bool{}
	for _, match := range captured.FindAllStringSubmatch(text, 100) {
		raw[match[1]] = !strings.Contains(match[2], "|")
	}
	for _, match := range integerTest.FindAllStringSubmatch(text, 100) {
		for _, side := range match[1:3] {
			variable := strings.Trim(side, "${}")
			switch {
			case decimal.MatchString(side), decimals[variable]:
				return "-gt and its kin compare integers, and this is a decimal number"
			case raw[variable]:
				return "the answer of the query is JSON, and is compared as if it were a number"
			}
		}
	}
	return ""
}

// foreign looks at a script of a language that is not read: line by line for
// programs that are known, and as a whole for what may hide in it.
func (f *finder) foreign(s scope, read *pipeline.Script) {
	s.depth++
	if isOneOf(strings.ToLower(firstWord(read.Shell)), "pwsh|powershell|cmd|nu") {
		if f.knownLines(s, read) {
			return
		}
	}
	f.opaqueAt(&s, read.Path)
}

func firstWord(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	return path.Base(words[0])
}

// opaqueAt notes a script that cannot be seen into.
func (f *finder) opaqueAt(s *scope, at finding.Path) {
	before := len(f.found)
	f.opaque(s, -1, "script")
	for i := before; i < len(f.found); i++ {
		f.found[i].Path = at
	}
}

const maxLines = 2000 // of a script in another language that are looked at

// knownLines finds the lines of a script in another language that call a
// program that is known; whole tells whether that is all its lines do.
func (f *finder) knownLines(s scope, read *pipeline.Script) (whole bool) {
	whole = true
	for i, line := range strings.Split(read.Text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case i == maxLines:
			return false
		default:
			whole = f.knownLine(s, line, read.Path.With(finding.Span{Line: i + 1})) && whole
		}
	}
	return whole
}

func (f *finder) knownLine(s scope, line string, at finding.Path) bool {
	name := canonical(programName(shell.Word{Text: firstWord(line)}))
	if rowsOf()[name] == nil && isTarget[name] == nil && syntaxOf[name].until == "" && !syntaxOf[name].runs {
		return false
	}
	s.from = &origin{command: -1, path: at}
	commands, err := shell.Reader{Errexit: true}.Read(strings.TrimRight(line, "`"), nil)
	if err != nil || !f.files.spend(len(line)) || !f.files.spendCommands(len(commands)) {
		return false
	}
	f.script(s, newScript(line, commands))
	return true
}
