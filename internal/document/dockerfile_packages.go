package document

import (
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
)

// packageManager is how one package manager is called and what it leaves
// behind.
type packageManager struct {
	install []string // subcommands that install
	remove  []string // subcommands that remove
	caches  []string // parts of paths that hold its cache
	clean   []string // subcommands and options that leave no cache behind
	advice  string   // how to leave none; "" where the cache is not looked at
	values  []string // options of install that take a value
	keyword string   // the program, where it has several names
}

// packageManagers lists the programs that are known.
var packageManagers = map[string]packageManager{
	"apt-get":  aptManager,
	"apt":      aptManager,
	"aptitude": aptManager,
	"apk":      {install: []string{"add"}, remove: []string{"del"}, caches: []string{"/var/cache/apk", "/etc/apk/cache"}, clean: []string{"--no-cache"}, advice: "apk add --no-cache", values: []string{"-t", "--virtual", "-X", "--repository", "-p", "--root"}},
	"dnf":      {install: []string{"install", "groupinstall", "update", "upgrade"}, remove: []string{"remove", "erase", "autoremove"}, caches: []string{"/var/cache/dnf", "/var/cache/yum", "/var/cache"}, clean: []string{"clean"}, advice: "dnf clean all in the same RUN"},
	"microdnf": {install: []string{"install", "update", "upgrade"}, remove: []string{"remove"}, caches: []string{"/var/cache/dnf", "/var/cache/yum", "/var/cache"}, clean: []string{"clean"}, advice: "microdnf clean all in the same RUN"},
	"yum":      {install: []string{"install", "localinstall", "update", "upgrade"}, remove: []string{"remove", "erase", "autoremove"}, caches: []string{"/var/cache/yum", "/var/cache/dnf", "/var/cache"}, clean: []string{"clean"}, advice: "yum clean all in the same RUN"},
	"zypper":   {install: []string{"install", "in"}, remove: []string{"remove", "rm"}, caches: []string{"/var/cache/zypp", "/var/cache"}, clean: []string{"clean", "cc"}, advice: "zypper clean in the same RUN"},
	"pip":      {install: []string{"install"}, remove: []string{"uninstall"}, caches: []string{".cache"}, clean: []string{"--no-cache-dir", "purge"}, advice: "pip install --no-cache-dir", values: pipValues},
}

var (
	aptManager = packageManager{install: []string{"install", "update", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"}, remove: []string{"remove", "purge", "autoremove"}, caches: []string{"/var/lib/apt"}, clean: []string{"dist-clean", "distclean"}, advice: "rm -rf /var/lib/apt/lists/* in the same RUN", values: []string{"-t", "-o", "--target-release"}, keyword: "apt"}
	pipValues  = []string{"-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-t", "--target", "--prefix", "-f", "--find-links", "--trusted-host", "-r", "--requirement", "-e", "--editable", "--timeout", "--retries", "--root", "--platform", "--python-version", "--config-settings", "--no-binary", "--only-binary"}
)

// projectInstalls are the words with which a program installs what the files
// of the project ask for.
var projectInstalls = map[string][]string{
	"npm": {"ci", "install", "i"}, "yarn": {"", "install"}, "pnpm": {"install", "i"}, "bundle": {"install"}, "composer": {"install"},
	"go": {"mod"}, "poetry": {"install"}, "pipenv": {"install", "sync"}, "uv": {"sync"}, "dotnet": {"restore"},
}

// packages finds what the commands of a RUN install.
func (s *stageReader) packages(i *Instruction) []PackageUse {
	uses := []PackageUse{}
	for _, command := range i.Commands {
		if use, found := s.packageUse(i, command); found {
			uses = append(uses, use)
		}
	}
	return uses
}

func (s *stageReader) packageUse(i *Instruction, command shell.Command) (PackageUse, bool) {
	name, args := managerOf(command)
	manager, known := packageManagers[name]
	if !known {
		return projectUse(name, command, args)
	}
	verb, rest := firstOperand(args)
	if !slices.Contains(manager.install, verb) {
		return PackageUse{}, false
	}
	use := PackageUse{Manager: name, Names: packageNames(manager, rest), Path: command.Path, Advice: manager.advice}
	if manager.keyword != "" {
		use.Manager = manager.keyword
	}
	use.Project = name == "pip" && projectRequirements(args)
	use.Removed = slices.ContainsFunc(i.Commands, func(c shell.Command) bool { return removes(c, manager) })
	use.Cached = s.leavesCache(i, name, verb, manager)
	return use, true
}

// managerOf is the package manager a command calls, and its words: pip3 and
// python -m pip are pip.
func managerOf(command shell.Command) (name string, args []shell.Word) {
	name, args = command.Name, command.Args
	if strings.HasPrefix(name, "python") && len(args) > 1 && args[0].Text == "-m" {
		name, args = args[1].Text, args[2:]
	}
	if strings.HasPrefix(name, "pip") && strings.Trim(name[3:], "0123456789.") == "" {
		name = "pip"
	}
	return name, args
}

// firstOperand is the first word that is no option, and the words behind it.
func firstOperand(args []shell.Word) (operand string, rest []shell.Word) {
	for i, arg := range args {
		if !strings.HasPrefix(arg.Text, "-") {
			return arg.Text, args[i+1:]
		}
	}
	return "", nil
}

// packageNames lists what is installed by name.
func packageNames(manager packageManager, args []shell.Word) []string {
	names := []string{}
	for i := 0; i < len(args); i++ {
		text := args[i].Text
		switch {
		case slices.Contains(manager.values, text):
			i++
		case text == "", strings.HasPrefix(text, "-"), !args[i].Known, text == ".", strings.Contains(text, "/"):
		default:
			names = append(names, withoutVersion(text))
		}
	}
	return names
}

// withoutVersion is the name in gcc=4:12, flask==2.0, musl-dev~=1.2, pkg@edge.
func withoutVersion(text string) string {
	if end := strings.IndexAny(text, "=<>~!@[ "); end > 0 {
		return text[:end]
	}
	return text
}

func projectRequirements(args []shell.Word) bool {
	return slices.ContainsFunc(args, func(arg shell.Word) bool {
		return arg.Text == "--requirement" || strings.HasPrefix(arg.Text, "-r")
	})
}

func removes(command shell.Command, manager packageManager) bool {
	name, args := managerOf(command)
	if _, known := packageManagers[name]; !known {
		return false
	}
	verb, _ := firstOperand(args)
	return slices.Contains(manager.remove, verb)
}

// leavesCache tells whether a RUN leaves the manager's cache in the layer. A
// mounted cache is in no layer.
func (s *stageReader) leavesCache(i *Instruction, name, verb string, manager packageManager) bool {
	if slices.ContainsFunc(i.Flags, func(flag Entry) bool { return flag.Key == "mount" && strings.Contains(flag.Value, "type=cache") }) {
		return false
	}
	if name == "pip" && s.pipCacheOff() {
		return false
	}
	if manager.keyword == "apt" && verb != "update" {
		return false // the lists come with update; the packages themselves are not kept in the usual images
	}
	return !slices.ContainsFunc(i.Commands, func(c shell.Command) bool { return cleans(c, manager) })
}

func (s *stageReader) pipCacheOff() bool {
	value, known := in(s.scope.env, s.scope.args)("PIP_NO_CACHE_DIR")
	return known && value != ""
}

// cleans tells whether a command takes the cache away or never makes one.
func cleans(command shell.Command, manager packageManager) bool {
	return slices.ContainsFunc(command.Args, func(arg shell.Word) bool {
		return slices.Contains(manager.clean, arg.Text) || slices.ContainsFunc(manager.caches, func(cache string) bool { return strings.Contains(arg.Text, cache) })
	})
}

// projectUse is the install of a project's own requirements.
func projectUse(name string, command shell.Command, args []shell.Word) (PackageUse, bool) {
	verbs, known := projectInstalls[name]
	verb, rest := firstOperand(args)
	if !known || !slices.Contains(verbs, verb) || name == "go" && !slices.ContainsFunc(rest, func(w shell.Word) bool { return w.Text == "download" }) {
		return PackageUse{}, false
	}
	named, _ := firstOperand(rest)
	return PackageUse{Manager: name, Names: []string{}, Project: named == "" || name == "go", Path: command.Path}, true
}
