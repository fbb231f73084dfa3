package activity

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// aliases are programs that are called as others are.
var aliases = map[string]string{
	"podman": "docker", "nerdctl": "docker", "podman-compose": "docker-compose", "oc": "kubectl", "k3s": "kubectl", "microk8s.kubectl": "kubectl",
	"gmake": "make", "gradlew": "gradle", "mvnw": "mvn", "mvnd": "mvn", "pip3": "pip", "go-task": "task", "pdm-run": "pdm", "pwsh": "pwsh",
	"python3": "python", "py": "python", "pypy3": "python", "nodejs": "node", "http": "http", "https": "http", "fly": "flyctl", "sls": "serverless", "ansible-playbook": "ansible-playbook",
	"tofu": "terraform", "vitest": "vitest", "nx": "nx", "rtx": "mise", "docker-buildx": "docker-buildx", "kubectl.exe": "kubectl", "py.test": "pytest",
	"gh-pages": "gh-pages", "buildx": "docker-buildx",
}

// command looks at one command of a script.
func (f *finder) command(s *scope, index int) {
	c := &s.script.commands[index]
	f.assigned(s, index)
	if c.Program == "" || c.Name != "" && s.script.functions[c.Name] {
		return
	}
	f.line(s, index, shell.Word{Text: c.Program, Known: c.Name != ""}, c.Args, 0)
}

// line looks at a command line: that of a command, or one behind a wrapper.
func (f *finder) line(s *scope, index int, program shell.Word, args []shell.Word, depth int) {
	if f.fromTable(s, index, program.Text, args) {
		return
	}
	name := programName(program)
	if name == "" {
		f.opaque(s, index, program.Text, program.Text)
		return
	}
	c := parse(s, index, canonical(name), args)
	c.program = program.Text
	if isOwn(program.Text, c.name) {
		f.ownScript(c, program.Text)
		return
	}
	matched := f.rows(c)
	if (c.tail != nil || !matched && runsImage(c)) && depth < maxDepth && f.behind(c, depth) {
		return
	}
	if matched || f.target(c) || f.remoteScript(c) || f.interpreted(c) || known(c.name) {
		return
	}
	f.opaque(s, index, name, name)
}

// isOwn tells whether a program is a script of the repository, and not a tool
// that lies there: ./scripts/test, not ./node_modules/.bin/jest.
func isOwn(program, name string) bool {
	if !strings.Contains(program, "/") || strings.HasPrefix(program, "/") || strings.HasPrefix(program, "~") || strings.HasPrefix(program, "$HOME") {
		return false
	}
	return rowsOf()[name] == nil && isTarget[name] == nil || generic()[name] && !strings.Contains(program, "bin/")
}

// generic are names of tools that scripts of one's own have too.
var generic = words("test lint scan cover auto lab tap check install build task act hey green molecule drill spring cov cutest guard trunk standard")

// known tells whether a program is known, whatever it does.
func known(name string) bool {
	return harmless()[name] || rowsOf()[name] != nil || isTarget[name] != nil
}

func canonical(name string) string {
	if alias, known := aliases[name]; known {
		return alias
	}
	if strings.HasPrefix(name, "python3.") || strings.HasPrefix(name, "python2") {
		return "python"
	}
	return name
}

// rows adds what the tables say of a command line, each kind once.
func (f *finder) rows(c *call) bool {
	var kinds []pipeline.ActivityKind
	for _, r := range rowsOf()[c.name] {
		if r.kind != "" && slices.Contains(kinds, r.kind) || !r.matches(c) || asksForHelp(c) {
			continue
		}
		kinds = append(kinds, r.kind)
		if r.kind == "" {
			continue
		}
		a := pipeline.Activity{Kind: r.kind, Tool: r.tool(c)}
		if r.read != nil {
			r.read(c, &a)
		}
		a.Fixes = r.kind == pipeline.Lint && fixes(c)
		if r.kind == pipeline.Rollback && c.command.Fallback {
			a.Weak = c.scope.script.endsGreen(c.index)
		}
		if r.kind == probe && readsAnswer(c) {
			a.Weak = ""
			f.note(c.scope, c.index, a) // a check perhaps, and none that is there to fail
			continue
		}
		if judge := judgeOf(c); r.kind == probe && judge > 0 {
			a.Ignored = c.scope.script.ignored(judge)
			f.note(c.scope, c.index, a)
			continue
		}
		if r.kind == probe && c.command.Inner && comparesCaptured(c) {
			f.note(c.scope, c.index, a) // what it answers is looked at, however it ends
			continue
		}
		f.add(c.scope, c.index, a)
		if r.kind == pipeline.Build {
			f.insideBuild(c.scope, c.index, a.Tool, append(texts(c.values("--target")), bakeTargets(c)...))
		}
	}
	return len(kinds) > 0
}

// asksForHelp tells whether a command only prints what it is.
func asksForHelp(c *call) bool {
	return c.has("--help|--version") || len(c.flags) == 1 && len(c.operands) == 0 && c.has("-V|-version") || slices.ContainsFunc(c.operands[:min(1, len(c.operands))], func(w shell.Word) bool { return w.Text == "help" || w.Text == "version" })
}

// behind looks at the program that a wrapper runs; done is true where that
// is all there is to say.
func (f *finder) behind(c *call, depth int) (done bool) {
	tail := skipAssignments(c.tail)
	if isContainerRun(c) {
		return f.inContainer(c, tail, depth)
	}
	if len(tail) == 0 || c.name == "ssh" {
		return false
	}
	name := programName(tail[0])
	if name == "" {
		f.opaque(c.scope, c.index, c.name, tail[0].Text)
		return true
	}
	if isShellName(name) && f.inlineScript(c, tail[1:]) {
		return true
	}
	if f.scriptOfProject(c, tail[0].Text) {
		return true
	}
	f.line(c.scope, c.index, tail[0], tail[1:], depth+1)
	return true
}

// skipAssignments skips A=b before a program.
func skipAssignments(words []shell.Word) []shell.Word {
	for len(words) > 0 {
		name, _, assigns := strings.Cut(words[0].Text, "=")
		if !assigns || strings.ContainsAny(name, "/-. $") {
			break
		}
		words = words[1:]
	}
	return words
}

func isContainerRun(c *call) bool {
	return (c.name == "docker" || c.name == "docker-compose") && len(c.operands) > 0
}

// runsImage tells whether docker run waits for what an image does: a container
// in the background is a service.
func runsImage(c *call) bool {
	image := c.name == "docker" && (len(c.operands) == 2 && c.operand(0) == "run" || len(c.operands) == 3 && c.operand(0) == "container" && c.operand(1) == "run")
	return image && !c.switched('d') && !c.on("--detach")
}

// inContainer looks at a command that runs in a container: docker run IMAGE
// command. Where the image is that of a known tool, its arguments are those
// of the tool.
func (f *finder) inContainer(c *call, tail []shell.Word, depth int) bool {
	image := programOfImage(c.operands[len(c.operands)-1].Text)
	entry := c.value("--entrypoint")
	if entry != "" {
		image = entry
	}
	if rowsOf()[canonical(image)] != nil && !(len(tail) > 0 && rowsOf()[canonical(programName(tail[0]))] != nil) {
		f.line(c.scope, c.index, shell.Word{Text: image, Known: true}, tail, depth+1)
		return true
	}
	if len(tail) == 0 {
		if runsImage(c) {
			f.opaque(c.scope, c.index, "docker run", image)
		}
		return true
	}
	name := programName(tail[0])
	if isShellName(name) && f.inlineScript(c, tail[1:]) {
		return true
	}
	if name == "" || strings.HasPrefix(name, "-") {
		f.opaque(c.scope, c.index, c.name+" run", image)
		return true
	}
	f.line(c.scope, c.index, tail[0], tail[1:], depth+1)
	return true
}

// imagePrograms are images whose name is not that of the program in them.
var imagePrograms = map[string]string{
	"golangci-lint": "golangci-lint", "sonar-scanner-cli": "sonar-scanner", "trufflehog": "trufflehog", "zap-stable": "zap-baseline.py", "zap2docker-stable": "zap-baseline.py",
	"super-linter": "super-linter", "kaniko": "executor", "cypress": "cypress", "k6": "k6", "newman": "newman",
}

func programOfImage(image string) string {
	image, _, _ = strings.Cut(image, "@")
	base := image[strings.LastIndexByte(image, '/')+1:]
	base, _, _ = strings.Cut(base, ":")
	if name, known := imagePrograms[base]; known {
		return name
	}
	return base
}

func isShellName(name string) bool {
	return slices.Contains([]string{"sh", "bash", "ash", "dash", "zsh", "ksh"}, name)
}

// inlineScript looks into sh -c '…' of a command that the shell itself does
// not run.
func (f *finder) inlineScript(c *call, args []shell.Word) bool {
	for i, arg := range args {
		if strings.HasPrefix(arg.Text, "-") && !strings.HasPrefix(arg.Text, "--") && strings.HasSuffix(arg.Text, "c") && i+1 < len(args) {
			return f.text(c, args[i+1].Text, "", shell.Reader{Errexit: strings.Contains(arg.Text, "e")})
		}
	}
	return false
}

// text looks into a script that stands in a word; file is where that is read
// from, "" for the pipeline itself.
func (f *finder) text(c *call, text, file string, reader shell.Reader) bool {
	s := *c.scope
	if s.depth >= maxDepth || !f.files.spend(len(text)) {
		return false
	}
	commands, err := reader.Read(text, nil)
	if err != nil || !f.files.spendCommands(len(commands)) {
		return false
	}
	s.from, s.depth, s.file = c.scope.origin(c.index), s.depth+1, orElse(file, s.file)
	f.script(s, newScript(text, commands))
	return true
}

// bakeTargets lists the targets of docker buildx bake.
func bakeTargets(c *call) []string {
	if at := slices.IndexFunc(c.operands, func(w shell.Word) bool { return w.Text == "bake" }); at >= 0 {
		return texts(c.operands[at+1:])
	}
	return nil
}

// insideBuild notes what may go on inside the build of an image: tests, where
// its target or the step speak of them.
func (f *finder) insideBuild(s *scope, index int, tool string, targets []string) {
	for _, kind := range speaksOf(append(targets, s.names...)...) {
		if slices.Contains(gates, kind) {
			f.add(s, index, pipeline.Activity{Kind: pipeline.Opaque, Tool: tool, Like: string(kind)})
		}
	}
}
