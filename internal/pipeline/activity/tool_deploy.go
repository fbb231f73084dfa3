package activity

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// deployRows are the programs that change what runs in a cluster, wait for
// it and undo it.
var deployRows = []row{
	{words: "kubectl set image", kind: pipeline.Deploy, not: "--dry-run|--local", read: setImage},
	{words: "kubectl set env|resources|serviceaccount", kind: pipeline.Deploy, not: "--dry-run|--local|--list", read: workload(2)},
	{words: "kubectl apply|create|replace", kind: pipeline.Deploy, with: "-f|--filename|-k|--kustomize", not: "--dry-run", when: appliesWorkload, read: apply},
	{words: "kubectl create deployment|deploy", kind: pipeline.Deploy, not: "--dry-run", read: createDeployment},
	{words: "kubectl create job|cronjob", kind: pipeline.Opaque, not: "--dry-run", read: nothing},
	{words: "kubectl run", kind: "", read: nothing},
	{words: "kubectl patch", kind: pipeline.Deploy, not: "--dry-run", when: patchesWorkload, read: patch},
	{words: "kubectl edit", kind: pipeline.Deploy, read: workload(1)},
	{words: "kubectl rollout restart", kind: pipeline.Deploy, read: workload(2)},
	{words: "kubectl rollout status", kind: pipeline.Wait, read: waits(2)},
	{words: "kubectl wait", kind: pipeline.Wait, read: waits(1)},
	{words: "kubectl rollout undo", kind: pipeline.Rollback, not: "--dry-run", read: workload(2)},
	{words: "kubectl argo rollouts set image", kind: pipeline.Deploy, read: argoSetImage},
	{words: "kubectl-argo-rollouts set image", kind: pipeline.Deploy, read: argoSetImage},
	{words: "kubectl argo rollouts promote", kind: pipeline.Canary, read: rollout},
	{words: "kubectl argo rollouts status", kind: pipeline.Wait, read: rolloutWait},
	{words: "kubectl argo rollouts undo|abort", kind: pipeline.Rollback, read: rollout},
	{words: "kubectl-argo-rollouts promote", kind: pipeline.Canary, read: nothing},
	{words: "kubectl-argo-rollouts status", kind: pipeline.Wait, read: nothing},
	{words: "kubectl-argo-rollouts undo|abort", kind: pipeline.Rollback, read: nothing},
	{words: "kubectl argo rollouts status", kind: pipeline.CanaryCheck, read: nothing},
	{words: "kubectl new-app|start-build|import-image", kind: pipeline.Deploy, when: func(c *call) bool { return c.operand(0) == "new-app" }, read: nothing},
	{words: "kubectl rollout latest", kind: pipeline.Deploy, read: workload(2)},

	{words: "helm upgrade|install", kind: pipeline.Deploy, not: "--dry-run*", read: helm},
	{words: "helm upgrade|install", kind: pipeline.Wait, with: "--wait|--atomic|--wait-for-jobs|--rollback-on-failure", not: "--dry-run*", read: helm},
	{words: "helm upgrade|install", kind: pipeline.Rollback, with: "--atomic|--rollback-on-failure", not: "--dry-run*", read: helm},
	{words: "helm rollback", kind: pipeline.Rollback, not: "--dry-run", read: helmRollback},
	{words: "helm secrets upgrade|install", kind: pipeline.Deploy, not: "--dry-run*", read: helm},
	{words: "helm test", kind: pipeline.SmokeTest, read: nothing},
	{words: "helm status", kind: ""},
	{words: "helmfile apply|sync|charts", kind: pipeline.Deploy, read: helmfile},
	{words: "helmfile apply|sync", kind: pipeline.Wait, with: "--wait", read: helmfile},
	{words: "werf converge|deploy", kind: pipeline.Deploy, read: namespaced},
	{words: "skaffold run|deploy|apply", kind: pipeline.Deploy, read: skaffoldDeploy},
	{words: "skaffold run", kind: pipeline.Build, read: skaffoldBuild},
	{words: "ko apply|create", kind: pipeline.Deploy, read: apply},
	{words: "kapp deploy", kind: pipeline.Deploy, read: kapp},
	{words: "kapp deploy", kind: pipeline.Wait, not: "--wait", read: nothing}, // it waits unless told not to
	{words: "tanka|tk apply", kind: pipeline.Deploy, read: nothing},
	{words: "kubecfg update", kind: pipeline.Deploy, read: nothing},
	{words: "timoni apply", kind: pipeline.Deploy, not: "--dry-run", read: nothing},

	{words: "docker stack deploy|up", kind: pipeline.Deploy, read: stack},
	{words: "docker service update|create", kind: pipeline.Deploy, read: service},
	{words: "docker service rollback", kind: pipeline.Rollback, read: nothing},
	{words: "docker compose up", kind: pipeline.Deploy, when: elsewhere, read: composeUp},
	{words: "docker-compose up", kind: pipeline.Deploy, when: elsewhere, read: composeUp},
	{words: "docker run", kind: pipeline.Deploy, when: elsewhereDetached, read: runDetached},
	{words: "docker compose down|stop|rm|kill", kind: pipeline.Teardown, read: nothing},
	{words: "docker-compose down|stop|rm|kill", kind: pipeline.Teardown, read: nothing},
	{words: "docker stop|kill|rm", kind: pipeline.Teardown, read: nothing},
	{words: "kind delete", kind: pipeline.Teardown, read: nothing},
	{words: "k3d cluster delete", kind: pipeline.Teardown, read: nothing},
	{words: "minikube delete|stop", kind: pipeline.Teardown, read: nothing},
	{words: "systemctl restart|reload|start", kind: pipeline.Deploy, when: overSSH, read: nothing},
	{words: "pm2 restart|reload|deploy|startOrReload|startOrRestart", kind: pipeline.Deploy, read: nothing},
	{words: "nomad job run", kind: pipeline.Deploy, read: filesFrom(2)},
	{words: "nomad run", kind: pipeline.Deploy, read: filesFrom(1)},
	{words: "nomad job revert", kind: pipeline.Rollback, read: nothing},
	{words: "nomad deployment status", kind: pipeline.Wait, with: "-monitor", read: nothing},
	{words: "kamal deploy|redeploy", kind: pipeline.Deploy, read: nothing},
	{words: "kamal rollback", kind: pipeline.Rollback, read: nothing},
	{words: "ansible-playbook", kind: pipeline.Opaque, not: "--syntax-check|--check|-C|--list-hosts|--list-tasks", read: like(pipeline.Deploy)},
	{words: "ansible-playbook", kind: pipeline.Lint, with: "--syntax-check", read: nothing},
	{words: "cap", kind: pipeline.Deploy, when: targetNamed("deploy"), read: nothing},
	{words: "dep deploy", kind: pipeline.Deploy, read: nothing},
	{words: "fab deploy", kind: pipeline.Deploy, read: nothing},
}

// workloads are the kinds of Kubernetes objects that run images, by the names
// that kubectl takes.
var workloads = map[string]string{
	"deploy": "deployment", "deployment": "deployment", "deployments": "deployment", "deployment.apps": "deployment", "deployments.apps": "deployment", "deployment.v1.apps": "deployment",
	"sts": "statefulset", "statefulset": "statefulset", "statefulsets": "statefulset", "statefulset.apps": "statefulset",
	"ds": "daemonset", "daemonset": "daemonset", "daemonsets": "daemonset", "daemonset.apps": "daemonset",
	"po": "pod", "pod": "pod", "pods": "pod", "job": "job", "jobs": "job", "cj": "cronjob", "cronjob": "cronjob", "cronjobs": "cronjob",
	"rs": "replicaset", "replicaset": "replicaset", "rollout": "rollout", "rollouts": "rollout", "dc": "deploymentconfig", "deploymentconfig": "deploymentconfig",
	"ksvc": "service.serving.knative.dev", "application": "application", "applications": "application", "app": "application", "applications.argoproj.io": "application",
}

func kindOf(name string) string {
	if kind, known := workloads[strings.ToLower(name)]; known {
		return kind
	}
	return strings.ToLower(name)
}

// cluster reads where a command of kubectl goes.
func cluster(c *call) pipeline.Target {
	return pipeline.Target{
		Namespace: c.value("-n|--namespace"),
		Context:   orElse(c.value("--context|--kube-context"), c.value("--cluster")),
	}
}

// workload reads the object at operand i: deployment/web, or deployment web.
func workload(i int) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		a.Target = cluster(c)
		kind, name, slash := strings.Cut(c.operand(i), "/")
		if !slash {
			name = c.operand(i + 1)
		}
		a.Target.Kind, a.Target.Name = kindOf(kind), name
		a.Files = append(a.Files, texts(c.values("-f|--filename|-k"))...)
	}
}

func waits(i int) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		workload(i)(c, a)
		limit(c, a, "--timeout")
	}
}

// limit reads the time limit of a wait.
func limit(c *call, a *pipeline.Activity, names string) {
	all := c.values(names)
	if len(all) == 0 {
		return
	}
	operand := operandOf(all[len(all)-1])
	a.Timeout, a.Limit = &operand, operand.Text
}

// setImage reads kubectl set image deployment/web web=app:1.
func setImage(c *call, a *pipeline.Activity) {
	workload(2)(c, a)
	a.Images = assignedImages(c.operands[2:])
}

func argoSetImage(c *call, a *pipeline.Activity) {
	a.Target = cluster(c)
	operands := c.operands
	if c.name == "kubectl" {
		operands = operands[2:]
	}
	a.Target.Kind = "rollout"
	if len(operands) > 2 {
		a.Target.Name = operands[2].Text
		a.Images = assignedImages(operands[3:])
	}
}

// assignedImages reads the images of container=image words.
func assignedImages(words []shell.Word) []pipeline.Operand {
	var all []pipeline.Operand
	for _, word := range words {
		if at := assignmentAt(word.Text); at > 0 {
			all = append(all, operandOf(cut(word, at+1)))
		}
	}
	return all
}

// assignmentAt is where the = of name=value stands; -1 where there is none
// outside of expressions.
func assignmentAt(text string) int {
	at := strings.IndexByte(text, '=')
	if at <= 0 || insideExpression(text, at) {
		return -1
	}
	return at
}

func rollout(c *call, a *pipeline.Activity) {
	a.Target = cluster(c)
	a.Target.Kind, a.Target.Name = "rollout", c.operand(3)
}

func rolloutWait(c *call, a *pipeline.Activity) {
	rollout(c, a)
	limit(c, a, "--timeout|-t")
}

func apply(c *call, a *pipeline.Activity) {
	a.Target = cluster(c)
	a.Files = append(texts(c.values("-f|--filename")), texts(c.values("-k|--kustomize"))...)
	for _, file := range a.Files {
		a.Target.Kind = orElse(a.Target.Kind, rollsOut(c, file))
	}
}

// ofWorkload matches what a manifest of a workload that rolls out calls its
// kind.
var ofWorkload = regexp.MustCompile(`(?m)^kind: *["']?(Deployment|StatefulSet|DaemonSet)\b`)

// rollsOut is the kind of the first workload in a file that is applied: by what
// stands there, or where it cannot be read by its name. "" where it holds none
// that is known.
func rollsOut(c *call, file string) string {
	if at, located := c.scope.inDir(file); located {
		if text, ok := c.scope.finder.files.get(at); ok {
			if m := ofWorkload.FindStringSubmatch(text); m != nil {
				return strings.ToLower(m[1])
			}
			return ""
		}
	}
	base := file[strings.LastIndexByte(file, '/')+1:]
	for _, word := range wordsOf(base) {
		if kind := workloads[word]; slices.Contains([]string{"deployment", "statefulset", "daemonset"}, kind) && strings.HasSuffix(base, "ml") {
			return kind
		}
	}
	return ""
}

func createDeployment(c *call, a *pipeline.Activity) {
	a.Target = cluster(c)
	a.Target.Kind, a.Target.Name = "deployment", c.operand(2)
	a.Images = operandsOf(c.values("--image"))
}

// patchesWorkload tells whether a patch changes something that runs. Of a kind
// that a variable names nobody knows: it is as often a finalizer in the way.
func patchesWorkload(c *call) bool {
	kind, _, _ := strings.Cut(c.operand(1), "/")
	_, known := workloads[strings.ToLower(kind)]
	return known || c.has("-f|--filename")
}

func patch(c *call, a *pipeline.Activity) {
	workload(1)(c, a)
	for _, p := range c.values("-p|--patch") {
		a.Images = append(a.Images, imagesInPatch(p)...)
	}
}

// imagesInPatch reads "image": "…" and "value": "…" of a JSON patch.
func imagesInPatch(word shell.Word) []pipeline.Operand {
	key := `"image"`
	if !strings.Contains(word.Text, key) && strings.Contains(word.Text, "/image") {
		key = `"value"`
	}
	var all []pipeline.Operand
	for _, rest := range strings.Split(word.Text, key)[1:] {
		rest = strings.TrimLeft(rest, " \t\n:")
		if value, ok := strings.CutPrefix(rest, `"`); ok {
			value, _, _ = strings.Cut(value, `"`)
			one := word
			one.Text = value
			all = append(all, operandOf(one))
		}
	}
	return all
}

func helm(c *call, a *pipeline.Activity) {
	at := 1
	if c.operand(0) == "secrets" {
		at = 2
	}
	a.Target = pipeline.Target{Kind: "release", Name: c.operand(at), Namespace: c.value("-n|--namespace"), Context: c.value("--kube-context")}
	if chart := c.operand(at + 1); chart != "" {
		a.Files = append(a.Files, chart)
	}
	a.Files = append(a.Files, texts(c.values("-f|--values"))...)
	a.Atomic = c.on("--atomic|--rollback-on-failure")
	a.Waits = a.Atomic || c.on("--wait|--wait-for-jobs")
	if a.Waits {
		limit(c, a, "--timeout")
	}
	a.Images = helmImages(c.values("--set|--set-string|--set-literal"))
}

func helmRollback(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "release", Name: c.operand(1), Namespace: c.value("-n|--namespace"), Context: c.value("--kube-context")}
	a.Waits = c.on("--wait")
}

func helmfile(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Namespace: c.value("-n|--namespace"), Context: c.value("--kube-context"), Name: c.value("-e|--environment")}
	if a.Target.Name != "" {
		a.Target.Kind = "environment"
	}
	a.Files = append(a.Files, texts(c.values("-f|--file"))...)
	a.Images = helmImages(c.values("--set|--state-values-set"))
	a.Waits = c.on("--wait")
}

func namespaced(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Namespace: c.value("-n|--namespace"), Context: c.value("--kube-context|--context")}
	a.Waits = true
}

func skaffoldDeploy(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Namespace: c.value("-n|--namespace"), Context: c.value("--kube-context")}
	a.Images = operandsOf(c.values("-i|--images"))
	a.Waits = !c.has("--status-check") || c.on("--status-check")
}

func kapp(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "application", Name: c.value("-a|--app"), Namespace: c.value("-n|--namespace")}
	a.Files = append(a.Files, texts(c.values("-f|--file"))...)
	a.Waits = true
}

func stack(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "stack", Name: c.operand(2), Context: dockerHost(c)}
	a.Files = append(a.Files, texts(c.values("-c|--compose-file"))...)
	a.Waits = c.value("--detach|-d") == "false"
}

func service(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "service", Name: c.operand(len(c.operands) - 1), Context: dockerHost(c)}
	a.Images = operandsOf(c.values("--image"))
	a.Waits = !c.on("-d|--detach")
	a.Atomic = c.value("--update-failure-action") == "rollback"
}

func composeUp(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "compose", Context: orElse(c.scope.remote, dockerHost(c))}
	a.Files = append(a.Files, texts(c.values("-f|--file"))...)
	a.Waits = c.on("--wait")
}

func runDetached(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "container", Name: c.value("--name"), Context: orElse(c.scope.remote, dockerHost(c))}
	a.Images = operandsOf(c.operands[len(c.operands)-1:])
}

func filesFrom(n int) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		if len(c.operands) > n {
			a.Files = texts(c.operands[n:])
		}
	}
}

// dockerHost is the machine that docker speaks to, as far as that is said; ""
// for the runner's own.
func dockerHost(c *call) string {
	if host := c.value("-H|--host|--context"); host != "" && host != "default" {
		return host
	}
	for _, a := range c.command.Assigns {
		if a.Name == "DOCKER_HOST" || a.Name == "DOCKER_CONTEXT" {
			return remoteHost(a.Value.Text)
		}
	}
	for _, name := range []string{"DOCKER_HOST", "DOCKER_CONTEXT"} {
		if v := c.scope.finder.variable(c.scope, name); v != nil {
			return remoteHost(v.Value)
		}
	}
	if script := c.scope.script; script.hostAt >= 0 && script.hostAt < c.index {
		return script.host
	}
	return ""
}

// hostOf is the machine that a command makes docker speak to from then on.
func hostOf(c *shell.Command) string {
	if c.Name == "docker" && len(c.Args) > 2 && c.Args[0].Text == "context" && c.Args[1].Text == "use" {
		return c.Args[2].Text
	}
	for _, a := range c.Assigns {
		if a.Name == "DOCKER_HOST" && a.Export {
			return remoteHost(a.Value.Text)
		}
	}
	return ""
}

// remoteHost is a DOCKER_HOST that is another machine. docker:2375 is the
// service beside a job of GitLab.
func remoteHost(host string) string {
	for _, local := range []string{"unix://", "tcp://docker:", "tcp://docker", "tcp://localhost:", "tcp://127.0.0.1:", "npipe:"} {
		if strings.HasPrefix(host, local) {
			return ""
		}
	}
	return host
}

// elsewhere tells whether docker runs containers on another machine than the
// runner; what it runs there is a deployment, here a test environment.
func elsewhere(c *call) bool {
	return c.scope.remote != "" || dockerHost(c) != "" || !c.has("--exit-code-from|--abort-on-container-exit") && inDeployJob(c.scope)
}

// inDeployJob tells whether a job says of itself that it deploys: then the
// runner is the machine that is deployed to.
func inDeployJob(s *scope) bool {
	job := &s.finder.pipeline.Jobs[s.job]
	kinds := speaksOf(job.ID, job.Name, job.Stage)
	return slices.Contains(kinds, pipeline.Deploy) && !slices.Contains(kinds, pipeline.Test)
}

func elsewhereDetached(c *call) bool {
	return len(c.operands) > 1 && (c.switched('d') || c.on("--detach")) && (c.scope.remote != "" || dockerHost(c) != "")
}

func overSSH(c *call) bool { return c.scope.remote != "" }
