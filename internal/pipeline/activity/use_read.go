package activity

import (
	"strings"

	"guard/internal/pipeline"
)

// buildPush reads docker/build-push-action: push, or outputs that push. What is
// pushed by digest gets no tag, though tags may name its repository.
func buildPush(u *useCall, a *pipeline.Activity) {
	if byDigest(u.value("outputs")) {
		a.Images = nil
	}
	for _, output := range lines(u.value("outputs")) {
		a.Pushes = outputPushes(output, a.Pushes)
		for _, part := range splitList(output) {
			if name, ok := strings.CutPrefix(part, "name="); ok && !byDigest(output) {
				a.Images = append(a.Images, pipeline.Operand{Text: strings.Trim(name, `"'`), Path: u.input("outputs").Path})
			}
		}
	}
	a.Args = u.buildArguments("build-args")
	u.labels(a)
	a.Provenance = u.provenance()
}

func lines(text string) []string { return strings.Split(text, "\n") }

// buildArguments lists the secrets among NAME=value lines of an input.
func (u *useCall) buildArguments(input string) []pipeline.Secret {
	secrets := []pipeline.Secret{}
	v := u.input(input)
	if v == nil {
		return secrets
	}
	for _, operand := range inputOperands(v) {
		_, value, _ := strings.Cut(operand.Text, "=")
		for _, name := range secretsOf(u.scope, value, nil) {
			secrets = append(secrets, pipeline.Secret{Name: name, Path: operand.Path})
		}
		if variable, ok := strings.CutPrefix(strings.Trim(value, `"' `), "${{ env."); ok {
			held, _ := heldBy(u.scope, strings.TrimSpace(strings.TrimSuffix(variable, "}}")))
			for _, name := range held {
				secrets = append(secrets, pipeline.Secret{Name: name, Path: operand.Path})
			}
		}
	}
	return secrets
}

// buildAttests tells whether an image is pushed with an attestation that was
// asked for. What buildx adds by itself is not counted.
func buildAttests(u *useCall) bool {
	for _, input := range []string{"provenance", "sbom", "attests"} {
		if value := strings.ToLower(u.value(input)); value != "" && value != "false" {
			return true
		}
	}
	return false
}

func bakeAction(u *useCall, a *pipeline.Activity) {
	for _, set := range inputOperands(u.input("set")) {
		key, value, _ := strings.Cut(set.Text, "=")
		switch {
		case strings.HasSuffix(key, ".tags"):
			a.Images = append(a.Images, pipeline.Operand{Text: value, Path: set.Path})
		case strings.HasSuffix(key, ".output"):
			a.Pushes = outputPushes(value, a.Pushes)
		}
	}
}

// buildahAction reads image and tags of redhat-actions/buildah-build; it
// pushes nothing.
func buildahAction(u *useCall, a *pipeline.Activity) {
	a.Pushes = "no"
	a.Images = u.tagged("", "image", "tags")
	a.Args = u.buildArguments("build-args")
}

func pushToRegistry(u *useCall, a *pipeline.Activity) {
	a.Images = u.tagged(u.value("registry"), "image", "tags")
}

// tagged joins a registry, the image of one input, and the tags of another.
// Tags that are whole references stand for themselves.
func (u *useCall) tagged(registry, image, tags string) []pipeline.Operand {
	name := u.value(image)
	if registry != "" {
		name = strings.TrimSuffix(registry, "/") + "/" + name
	}
	var all []pipeline.Operand
	for _, tag := range u.operands(tags) {
		for _, one := range strings.Fields(spaceless(tag.Text)) {
			one = strings.ReplaceAll(one, "\x00", " ")
			whole := strings.ContainsAny(one, "/:") && !strings.Contains(one, "{{") || u.value(image) == ""
			if !whole {
				one = name + ":" + one
			}
			all = append(all, pipeline.Operand{Text: one, Path: tag.Path})
		}
	}
	if len(all) == 0 && u.input(image) != nil {
		all = append(all, pipeline.Operand{Text: name + ":latest", Path: u.input(image).Path})
	}
	return all
}

// spaceless hides the spaces inside of expressions.
func spaceless(text string) string {
	b, depth := []byte(text), 0
	for i, c := range b {
		switch {
		case c == '{' || c == '(':
			depth++
		case c == '}' || c == ')':
			depth--
		case c == ' ' && depth > 0:
			b[i] = 0
		}
	}
	return string(b)
}

// elgohr reads name, registry and tags of elgohr/Publish-Docker-Github-Action.
func elgohr(u *useCall, a *pipeline.Activity) {
	a.Pushes = "yes"
	if strings.EqualFold(u.value("no_push"), "true") {
		a.Pushes = "no"
	}
	registry := u.value("registry")
	if registry != "" && strings.HasPrefix(u.value("name"), registry) {
		registry = ""
	}
	if u.input("tags") != nil {
		a.Images = u.tagged(registry, "name", "tags")
	} else {
		a.Images = inputOperands(u.input("name"))
	}
	a.Args = u.buildArguments("buildargs")
}

// unknownPush is a build of an action whose inputs are not known well.
func unknownPush(u *useCall, a *pipeline.Activity) {
	a.Pushes = "unknown"
	if value := u.value("push|publish"); value != "" {
		a.Pushes = condition(value)
	}
}

func devcontainer(u *useCall, a *pipeline.Activity) {
	switch u.value("push") {
	case "never":
		a.Pushes = "no"
	case "always":
		a.Pushes = "yes"
	case "filter":
		a.Pushes = "unknown"
	default:
		a.Pushes = "no"
		if u.value("imageName") != "" {
			a.Pushes = "unknown"
		}
	}
}

func goreleaser(u *useCall, a *pipeline.Activity) {
	a.Like = string(pipeline.Push)
	if strings.Contains(u.value("args"), "--snapshot") || strings.Contains(u.value("args"), "--skip=publish") || strings.HasPrefix(u.value("args"), "check") {
		a.Like = string(pipeline.Build)
	}
}

// k8sDeploy reads azure/k8s-deploy, which waits for the rollout.
func k8sDeploy(u *useCall, a *pipeline.Activity) {
	a.Target = pipeline.Target{Namespace: u.value("namespace")}
	a.Waits = true
	if strings.EqualFold(u.value("action"), "reject") {
		a.Kind = pipeline.Rollback
	}
}

// targetInputs reads what an action deploys to from its inputs.
func targetInputs(kind, name, namespace, context string) func(*useCall, *pipeline.Activity) {
	return func(u *useCall, a *pipeline.Activity) {
		a.Target = pipeline.Target{Kind: kind, Name: u.value(name)}
		if namespace != "" {
			a.Target.Namespace = u.value(namespace)
		}
		if context != "" {
			a.Target.Context = u.value(context)
		}
	}
}

func helmAction(u *useCall, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "release", Name: u.value("release|release-name|name"), Namespace: u.value("namespace"), Context: u.value("cluster-name|cluster")}
	a.Waits = strings.EqualFold(u.value("wait|atomic"), "true")
	a.Atomic = strings.EqualFold(u.value("atomic"), "true")
}

func argocdAction(u *useCall, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "application", Name: u.value("app_name|application-name|app-name|name|app"), Context: u.value("address|server|endpoint")}
}

func ecsDeploy(u *useCall, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "service", Name: u.value("service"), Context: u.value("cluster")}
	a.Waits = strings.EqualFold(u.value("wait-for-service-stability"), "true")
	if a.Kind == pipeline.Deploy {
		a.Files = u.files("task-definition")
	}
	if a.Kind == pipeline.Wait {
		a.Limit = orElse(u.value("wait-for-minutes"), "30") + "m"
	}
}

func inputTrue(name string) func(*useCall) bool { return inputIs(name, "true") }

func inputIs(name, values string) func(*useCall) bool {
	return func(u *useCall) bool { return isOneOf(strings.ToLower(u.value(name)), values) }
}

// deploysAction tells whether an action of a platform deploys, where a command
// says what it does.
func deploysAction(u *useCall) bool {
	command := strings.ToLower(u.value("command"))
	return command == "" || strings.Contains(command, "deploy") || strings.Contains(command, "publish") || strings.Contains(command, "apply")
}

// sshAction looks into the commands that run on another machine.
func sshAction(u *useCall) bool {
	s := *u.scope
	u.scope = &s
	s.remote = orElse(u.value("host|hosts"), "a machine over ssh")
	if script := u.value("script|command|args"); script != "" {
		u.finder.inputScript(u, script)
	}
	return false
}

// yamlUpdate reads fjogeleit/yaml-update-action.
func yamlUpdate(u *useCall, a *pipeline.Activity) {
	a.Files = u.files("valueFile")
	key := u.value("propertyPath")
	for _, operand := range u.operands("value") {
		last := strings.ToLower(key[strings.LastIndexByte(key, '.')+1:])
		if isOneOf(last, "tag|newtag|imagetag") {
			operand.Tag = true
			a.Images = append(a.Images, operand)
		} else if last == "image" {
			a.Images = append(a.Images, operand)
		}
	}
}

func trivyAction(u *useCall, a *pipeline.Activity) {
	if code := u.value("exit-code"); code == "" || code == "0" {
		a.Weak = "exit-code is not set: the step goes well whatever is found"
	}
	if u.value("image-ref") == "" {
		a.Images = nil
	}
}

func anchore(u *useCall, a *pipeline.Activity) {
	if strings.EqualFold(u.value("fail-build"), "false") {
		a.Weak = "fail-build is false"
	}
}

func goldenArgs(u *useCall, a *pipeline.Activity) {
	if strings.Contains(u.value("args"), "--issues-exit-code=0") {
		a.Ignored = "--issues-exit-code=0"
	}
}

func lockedAction(_ *useCall, a *pipeline.Activity) { a.Lock = "yes" }
