package activity

import (
	"strings"

	"guard/internal/imageref"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// imageRows are the programs that build images.
var imageRows = []row{
	{words: "docker build", kind: pipeline.Build, read: dockerBuild},
	{words: "docker image|builder build", kind: pipeline.Build, read: dockerBuild},
	{words: "docker buildx build|b", kind: pipeline.Build, read: dockerBuild},
	{words: "docker buildx bake", kind: pipeline.Build, read: bake},
	{words: "docker-buildx build", kind: pipeline.Build, read: dockerBuild},
	{words: "docker-buildx bake", kind: pipeline.Build, read: bake},
	{words: "docker compose build", kind: pipeline.Build, read: composeBuild},
	{words: "docker-compose build", kind: pipeline.Build, read: composeBuild},
	{words: "docker commit", kind: pipeline.Build, read: operandsFrom(2)},
	{words: "buildah bud|build|build-using-dockerfile", kind: pipeline.Build, read: dockerBuild},
	{words: "buildah commit", kind: pipeline.Build, read: operandsFrom(2)},
	{words: "buildctl build", kind: pipeline.Build, read: buildctl},
	{words: "buildctl-daemonless.sh build", kind: pipeline.Build, read: buildctl},
	{words: "executor", kind: pipeline.Build, with: "--destination|-d|--dockerfile|--context|-c|-f|--no-push", read: kaniko},
	{words: "ko build|publish|resolve", kind: pipeline.Build, not: "--local|-L", read: ko},
	{words: "ko apply|create", kind: pipeline.Build, read: ko},
	{words: "pack build", kind: pipeline.Build, read: packBuild},
	{words: "img build", kind: pipeline.Build, read: dockerBuild},
	{words: "s2i build", kind: pipeline.Build, read: operandsFrom(3)},
	{words: "nixpacks build", kind: pipeline.Build, read: dockerBuild},
	{words: "earthly", kind: pipeline.Build, when: targetNamed("docker", "image", "push"), read: pushFlag},
	{words: "mvn", kind: pipeline.Build, when: goal("jib:build"), read: jib("yes")},
	{words: "mvn", kind: pipeline.Build, when: goal("jib:dockerBuild"), read: jib("no")},
	{words: "mvn", kind: pipeline.Build, when: goal("spring-boot:build-image"), read: springImage},
	{words: "mvn", kind: pipeline.Push, when: goal("docker:push"), read: nothing},
	{words: "mvn", kind: pipeline.Build, when: goal("docker:build"), read: jib("no")},
	{words: "gradle", kind: pipeline.Build, when: goal("jib"), read: jib("yes")},
	{words: "gradle", kind: pipeline.Build, when: goal("jibDockerBuild"), read: jib("no")},
	{words: "gradle", kind: pipeline.Build, when: goal("bootBuildImage"), read: springImage},
	{words: "az acr build", kind: pipeline.Build, read: azBuild},
	{words: "gcloud builds submit", kind: pipeline.Build, read: gcloudBuild},
	{words: "gcloud beta builds submit", kind: pipeline.Build, read: gcloudBuild},
	{words: "flyctl deploy", kind: pipeline.Build, not: "--image|-i", read: pushes("unknown")},
	{words: "skaffold build", kind: pipeline.Build, read: skaffoldBuild},
	{words: "werf build", kind: pipeline.Build, read: werf},
	{words: "dagger", kind: pipeline.Opaque, read: nothing},
	{words: "packer build", kind: pipeline.Opaque, read: like(pipeline.Build)},
	{words: "sam build", kind: "", read: nothing},
	{words: "goreleaser release", kind: pipeline.Opaque, not: "--snapshot", read: like(pipeline.Push)},
	{words: "goreleaser", kind: pipeline.Opaque, with: "--snapshot", read: like(pipeline.Build)},
	{words: "dotnet publish", kind: pipeline.Build, when: containerTarget, read: dotnetImage},
}

func nothing(*call, *pipeline.Activity) {}

// like is what cannot be seen into, but speaks of an activity.
func like(kind pipeline.ActivityKind) func(*call, *pipeline.Activity) {
	return func(_ *call, a *pipeline.Activity) { a.Like = string(kind) }
}

func pushes(answer string) func(*call, *pipeline.Activity) {
	return func(_ *call, a *pipeline.Activity) { a.Pushes = answer }
}

// dockerBuild reads docker build and what takes its options.
func dockerBuild(c *call, a *pipeline.Activity) {
	a.Images = operandsOf(c.values("-t|--tag"))
	a.Args = buildArguments(c.scope, c.values("--build-arg"))
	c.labels(a, "-f|--file")
	a.Pushes = pushOf(c)
	for _, output := range c.values("-o|--output") {
		if byDigest(output.Text) {
			a.Images = nil
		} else if name, ok := attribute(output, "name"); ok {
			a.Images = append(a.Images, operandOf(name))
		}
		a.Pushes = outputPushes(output.Text, a.Pushes)
	}
	a.Provenance = c.provenance(a.Pushes)
}

// pushOf reads --push, which may have a condition for its value.
func pushOf(c *call) string {
	if value := c.value("--push|--publish"); value != "" {
		return condition(value)
	}
	if c.has("--push|--publish") {
		return "yes"
	}
	return "no"
}

// condition is the answer that a boolean input gives: yes, no, or itself.
func condition(text string) string {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "yes", "1":
		return "yes"
	case "", "false", "no", "0":
		return "no"
	}
	return strings.TrimSpace(text)
}

// byDigest tells whether an output is pushed without a tag: whoever gives it
// one, does so later.
func byDigest(output string) bool { return strings.Contains(output, "push-by-digest=true") }

// outputPushes reads --output type=registry, or type=image,push=true.
func outputPushes(output, before string) string {
	for _, part := range splitList(output) {
		if value, found := strings.CutPrefix(strings.TrimSpace(part), "push="); found {
			return condition(value)
		}
	}
	if strings.Contains(output, "type=registry") {
		return "yes"
	}
	return before
}

// attribute reads name=value of a list such as type=image,name=app,push=true.
func attribute(word shell.Word, name string) (shell.Word, bool) {
	for _, part := range splitList(word.Text) {
		if value, found := strings.CutPrefix(part, name+"="); found {
			word.Text = strings.Trim(value, `"'`)
			return word, word.Text != ""
		}
	}
	return word, false
}

// bake reads docker buildx bake, whose images stand in a file, or in --set.
func bake(c *call, a *pipeline.Activity) {
	a.Pushes = pushOf(c)
	for _, set := range c.values("--set") {
		key, value, _ := strings.Cut(set.Text, "=")
		switch {
		case strings.HasSuffix(key, ".tags"):
			set.Text = value
			a.Images = append(a.Images, operandOf(set))
		case strings.HasSuffix(key, ".output"):
			a.Pushes = outputPushes(value, a.Pushes)
		}
	}
}

func composeBuild(c *call, a *pipeline.Activity) {
	a.Pushes = pushOf(c)
	a.Args = buildArguments(c.scope, c.values("--build-arg"))
	a.Images = c.scope.finder.composeImages(c)
}

// operandsFrom reads the operands behind the first n as images.
func operandsFrom(n int) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		if len(c.operands) > n {
			a.Images = operandsOf(c.operands[n:])
		}
		if a.Kind == pipeline.Build {
			a.Pushes = "no"
		}
	}
}

func buildctl(c *call, a *pipeline.Activity) {
	a.Pushes = "no"
	for _, output := range c.values("--output|-o") {
		if name, ok := attribute(output, "name"); ok {
			a.Images = append(a.Images, operandOf(name))
		}
		a.Pushes = outputPushes(output.Text, a.Pushes)
	}
}

func kaniko(c *call, a *pipeline.Activity) {
	a.Images = operandsOf(c.values("--destination|-d"))
	a.Args = buildArguments(c.scope, c.values("--build-arg"))
	c.labels(a, "-f|--dockerfile")
	a.Pushes, a.Provenance = "yes", "no"
	if c.on("--no-push|--noPush") {
		a.Pushes = "no"
	}
}

// ko names its images after the packages; the repository stands in a variable.
func ko(c *call, a *pipeline.Activity) {
	a.Pushes = "yes"
	if c.value("--push") != "" {
		a.Pushes = condition(c.value("--push"))
	}
	if imageref.IsScratch(koRepository(c)) {
		a.Pushes = "no"
	}
}

// koRepository is KO_DOCKER_REPO at a command: what its script sets, the
// environment, or a step before it that sets ko up; "" where that is not known.
func koRepository(c *call) string {
	const name = "KO_DOCKER_REPO"
	for i := c.index; i >= 0; i-- {
		for _, assign := range c.scope.script.commands[i].Assigns {
			if assign.Name == name {
				return assign.Value.Text
			}
		}
	}
	if v := c.scope.finder.variable(c.scope, name); v != nil {
		return v.Value
	}
	steps := c.scope.finder.pipeline.Jobs[c.scope.job].Steps
	for i := min(c.scope.step, len(steps)) - 1; i >= 0; i-- {
		if uses := steps[i].Uses; uses == nil || !strings.HasSuffix(uses.Name, "/setup-ko") {
			continue
		}
		for _, v := range steps[i].Env {
			if v.Name == name {
				return v.Value
			}
		}
	}
	return ""
}

func packBuild(c *call, a *pipeline.Activity) {
	a.Images = operandsOf(c.values("-t|--tag"))
	if len(c.operands) > 1 {
		a.Images = append(a.Images, operandOf(c.operands[1]))
	}
	a.Pushes = pushOf(c)
}

func pushFlag(c *call, a *pipeline.Activity) { a.Pushes = pushOf(c) }

// goal tells whether a goal of Maven or a task of Gradle is among the
// operands; both may have a project or plugin before them.
func goal(name string) func(*call) bool {
	return func(c *call) bool {
		for _, word := range c.operands {
			if word.Text == name || strings.HasSuffix(word.Text, ":"+name) {
				return true
			}
			if plugin, behind, ok := strings.Cut(name, ":"); ok && strings.Contains(word.Text, ":"+plugin+"-maven-plugin") && strings.HasSuffix(word.Text, ":"+behind) {
				return true
			}
		}
		return false
	}
}

// targetNamed tells whether the operands speak of one of some words.
func targetNamed(words ...string) func(*call) bool {
	return func(c *call) bool {
		for _, operand := range c.operands {
			for _, word := range words {
				if strings.Contains(operand.Text, word) {
					return true
				}
			}
		}
		return false
	}
}

// property lists the values of -Dname=value, or -Pname=value.
func property(c *call, names string) []shell.Word {
	var all []shell.Word
	for _, f := range c.flags {
		if len(f.name) > 2 && f.valued && isOneOf(f.name[2:], names) {
			all = append(all, f.value)
		}
		if name, value, ok := strings.Cut(f.value.Text, "="); ok && (f.name == "-P" || f.name == "-D") && isOneOf(name, names) {
			word := f.value
			word.Text = value
			all = append(all, word)
		}
	}
	return all
}

func jib(answer string) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		a.Images = operandsOf(property(c, "image|jib.to.image|docker.name"))
		a.Pushes = answer
	}
}

func springImage(c *call, a *pipeline.Activity) {
	a.Images = append(operandsOf(property(c, "spring-boot.build-image.imageName")), operandsOf(c.values("--imageName"))...)
	a.Pushes = "no"
	if c.on("--publishImage") || len(property(c, "spring-boot.build-image.publish")) > 0 {
		a.Pushes = "yes"
	}
}

// azBuild reads az acr build, which builds in a registry: names without one
// belong to it.
func azBuild(c *call, a *pipeline.Activity) {
	for _, image := range c.values("-t|--image") {
		if registry := c.value("-r|--registry"); registry != "" && !hasRegistry(image.Text) {
			image.Text = strings.TrimSuffix(registry, ".azurecr.io") + ".azurecr.io/" + image.Text
			image.Variables = append(image.Variables[:len(image.Variables):len(image.Variables)], variablesOf(c.values("-r|--registry"))...)
			image.Known = image.Known && !strings.Contains(registry, "$")
		}
		a.Images = append(a.Images, operandOf(image))
	}
	a.Args = buildArguments(c.scope, c.values("--build-arg"))
	a.Pushes = "yes"
	if c.on("--no-push") {
		a.Pushes = "no"
	}
}

func variablesOf(words []shell.Word) []string {
	var names []string
	for _, word := range words {
		names = append(names, word.Variables...)
	}
	return names
}

// hasRegistry tells whether an image name begins with a registry, or may.
func hasRegistry(image string) bool {
	first, _, slash := strings.Cut(image, "/")
	return slash && strings.ContainsAny(first, ".:$")
}

func gcloudBuild(c *call, a *pipeline.Activity) {
	a.Images = operandsOf(c.values("-t|--tag|--image"))
	a.Pushes = "yes"
	if len(a.Images) == 0 {
		a.Pushes = "unknown"
	}
}

func skaffoldBuild(c *call, a *pipeline.Activity) {
	a.Pushes = "yes"
	if value := c.value("--push"); value != "" {
		a.Pushes = condition(value)
	}
}

func werf(_ *call, a *pipeline.Activity) { a.Pushes = "yes" }

// containerTarget tells whether dotnet publish makes an image.
func containerTarget(c *call) bool {
	for _, f := range c.flags {
		if strings.Contains(strings.ToLower(f.name+"="+f.value.Text), "publishcontainer") || strings.Contains(f.name+f.value.Text, "PublishProfile=DefaultContainer") {
			return true
		}
	}
	return false
}

func dotnetImage(c *call, a *pipeline.Activity) {
	a.Pushes = "no"
	for _, f := range c.flags {
		if strings.HasSuffix(f.name, ":ContainerRegistry") {
			a.Pushes = "yes"
		}
	}
}
