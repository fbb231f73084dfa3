package activity

import (
	"regexp"
	"strings"

	"guard/internal/pipeline"
)

// addresses lists the web addresses that a command asks.
func addresses(c *call) []string {
	var all []string
	for _, word := range c.operands {
		if isAddress(word.Text) {
			all = append(all, word.Text)
		}
	}
	for _, word := range c.values("--url") {
		all = append(all, word.Text)
	}
	return all
}

func isAddress(text string) bool {
	return strings.Contains(text, "://") || strings.HasPrefix(text, "$") || strings.HasPrefix(text, "localhost") ||
		strings.HasPrefix(text, "127.0.0.1") || strings.Contains(text, "/") && strings.Contains(text, ".") || strings.Contains(text, "${{")
}

// fetchesK3s tells whether a script is fetched that makes a cluster on the
// runner.
func fetchesK3s(c *call) bool {
	for _, url := range addresses(c) {
		if strings.Contains(url, "get.k3s.io") || strings.Contains(url, "get.k0s.sh") || strings.Contains(url, "k3d-io/k3d") {
			return true
		}
	}
	return false
}

// health matches what the addresses of health checks end in.
var health = regexp.MustCompile(`(?i)(health|healthz|healthcheck|ready|readyz|readiness|live|livez|liveness|ping|status|heartbeat|alive|version|info|smoke|up)/?(\?.*)?$`)

// storage are the hosts that things are fetched from, and not deployed to.
var storage = []string{
	"github.com", "githubusercontent.com", "gitlab.com", "dl.k8s.io", "get.helm.sh", "googleapis.com/kubernetes-release", "storage.googleapis.com", "registry.npmjs.org",
	"pypi.org", "bootstrap.pypa.io", "download.", "downloads.", "get.docker.com", "amazonaws.com/amazon-eks", "awscli.amazonaws.com", "packages.", "dl.google.com", "deb.nodesource.com",
	"sh.rustup.rs", "codecov.io", "install.", "releases.hashicorp.com", "sonarcloud.io", "api.cloudflare.com", "archive.org", "astral.sh", "sentry.io", "api.github", "CI_API_V4_URL", "CI_SERVER_URL", "GITHUB_API_URL", "prometheus", "/api/v1/query", "install.sh", ".tar.gz", ".tgz", ".zip", ".asc", ".gpg", ".deb", ".jar", ".sh", ".whl", ".yaml", ".yml",
}

// asksWeb tells whether a command asks an address in a way that may be meant
// to see whether something works there: it fetches no file, and sends none.
func asksWeb(c *call) bool {
	if savesFile(c) || sends(c) {
		return false
	}
	for _, url := range addresses(c) {
		if !isStorage(url) {
			return true
		}
	}
	return false
}

func isStorage(url string) bool {
	for _, host := range storage {
		if strings.Contains(url, host) {
			return true
		}
	}
	return false
}

func savesFile(c *call) bool {
	if target := c.value("-o|--output|-O|--output-document"); target != "" {
		return target != "/dev/null" && target != "-" && !(c.name == "wget" && strings.HasPrefix(target, "/dev/")) && !c.has("-w|--write-out")
	}
	return c.name == "curl" && (c.has("--remote-name|-O|-J") || c.switched('O')) || c.name == "wget" && !c.has("--spider|-q*|-S*|--server-response") || pipesIntoProgram(c)
}

// pipesIntoProgram tells whether what is fetched is run, or unpacked.
func pipesIntoProgram(c *call) bool {
	commands := c.scope.script.commands
	if c.command.Last || c.index+1 >= len(commands) {
		return false
	}
	next := commands[c.index+1]
	return next.Pipe == c.command.Pipe && isOneOf(next.Name, "sh|bash|tar|python|apt-key|gpg|tee|unzip|gunzip|kubectl|docker|node|sudo")
}

func sends(c *call) bool {
	method := strings.ToUpper(c.value("-X|--request|--method"))
	upload := c.has("-T|--upload-file|-F|--form|--post-data|--post-file")
	return upload || method == "PUT" || method == "DELETE" || method == "PATCH" || method == "POST" && !askedHealth(c)
}

// askedHealth tells whether an address looks like that of a health check.
func askedHealth(c *call) bool {
	for _, url := range addresses(c) {
		if health.MatchString(url) {
			return true
		}
	}
	return false
}

// curlProbe says why curl cannot fail where it is asked. It exits with 0 for
// every answer of the server, unless --fail or somebody who looks at it.
func curlProbe(c *call, a *pipeline.Activity) {
	if c.on("--fail|--fail-with-body") || c.switched('f') || judged(c) {
		return
	}
	a.Weak = "curl without --fail: it exits with 0 whatever the server answers"
}

// httpProbe says the same of HTTPie.
func httpProbe(c *call, a *pipeline.Activity) {
	if c.name == "http" && !c.has("--check-status") && !judged(c) {
		a.Weak = "http without --check-status: it exits with 0 whatever the server answers"
	}
}

// readsAnswer tells whether a script works on with what an address answers,
// and says nowhere that it asks whether something is well: a list that an API
// gives, which jq takes apart.
func readsAnswer(c *call) bool {
	taken := c.command.Inner || !c.command.Last
	asksWhether := askedHealth(c) || c.has("-w|--write-out|-I|--head|--spider") || c.value("-o|--output") == "/dev/null"
	return taken && !asksWhether && judgeOf(c) == 0
}

// judged tells whether something looks at the answer: a later command of the
// pipe, or a comparison of the variable that holds it.
func judged(c *call) bool {
	return judgeOf(c) > 0 || c.command.Inner && comparesCaptured(c)
}

// judgeOf is the index of the command that looks at the answer behind a pipe;
// 0 where none does.
func judgeOf(c *call) int {
	commands := c.scope.script.commands
	for i := c.index + 1; i < min(len(commands), c.index+20) && commands[i].Pipe == c.command.Pipe && c.command.Pipe >= 0; i++ {
		if next := &commands[i]; isJudge(next.Name, texts(next.Args)) {
			return i
		}
	}
	return 0
}

func isJudge(name string, args []string) bool {
	switch name {
	case "grep", "egrep", "fgrep", "rg", "diff", "cmp", "awk", "python", "python3", "node", "ruby", "perl":
		return true
	case "jq":
		for _, arg := range args {
			if arg == "-e" || arg == "--exit-status" || strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && strings.Contains(arg, "e") {
				return true
			}
		}
	}
	return false
}

// comparison matches a test of the shell.
var comparison = regexp.MustCompile(`(\[\[? |\btest |\bcase |\(\(|\bgrep\b|\bdiff\b|\bjq -\w*e)`)

// comparesCaptured tells whether a script compares something behind the place
// where an answer is captured.
func comparesCaptured(c *call) bool {
	s := c.scope.script
	return s.compares.ask(func() bool { return comparison.MatchString(s.text) })
}

// smokeJob tells whether a job says of itself that it asks whether what was
// deployed works.
var smokeJob = regexp.MustCompile(`(?i)smoke|health|post[-_ ]?deploy|verify[-_ ]?(deploy|production|prod|staging|release|rollout)|sanity`)
