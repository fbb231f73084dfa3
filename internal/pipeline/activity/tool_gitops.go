package activity

import (
	"regexp"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// gitopsRows are the programs that change manifests, and what brings those
// into a cluster.
var gitopsRows = []row{
	{words: "kustomize edit set image", kind: edit, read: kustomizeImage},
	{words: "kubectl set image", kind: edit, with: "--local", read: localSetImage},
	{words: "yq", kind: edit, with: "-i|--inplace|-yi|-iy", read: yqEdit},
	{words: "yq write|w", kind: edit, with: "-i|--inplace", read: yqWrite},
	{words: "sed", kind: edit, when: editsManifest, read: sedEdit},
	{words: "git push", kind: commit, not: "--dry-run|--tags|--delete|-d", when: pushesBranch, read: nothing},
	{words: "argocd app set", kind: pipeline.Deploy, read: argocdSet},
	{words: "argocd app create", kind: pipeline.Deploy, read: argocdSet},
	{words: "argocd app sync", kind: pipeline.Deploy, not: "--dry-run", read: argocd},
	{words: "argocd app wait", kind: pipeline.Wait, read: argocdWait},
	{words: "argocd app rollback", kind: pipeline.Rollback, read: argocd},
	{words: "argocd app actions run", kind: pipeline.Deploy, read: nothing},
	{words: "flux reconcile", kind: pipeline.Deploy, read: flux},
	{words: "flux reconcile", kind: pipeline.Wait, not: "--wait", read: flux}, // it waits
	{words: "flux push artifact", kind: pipeline.Opaque, read: like(pipeline.Deploy)},
	{words: "flux create image|kustomization|helmrelease", kind: ""},
	{words: "kubectl annotate", kind: pipeline.Deploy, when: targetNamed("reconcile.fluxcd.io", "argocd.argoproj.io/refresh"), read: workload(1)},
}

// kustomizeImage reads kustomize edit set image app=registry/app:1: what
// stands behind the last = is the new image; without one, the word itself.
func kustomizeImage(c *call, a *pipeline.Activity) {
	for _, word := range c.operands[3:] {
		if at := assignmentAt(word.Text); at > 0 {
			word = cut(word, at+1)
		}
		operand := operandOf(word)
		if tag, only := strings.CutPrefix(word.Text, "*:"); only {
			operand.Text, operand.Tag = tag, true
		}
		a.Images = append(a.Images, operand)
	}
	a.Files = []string{"kustomization.yaml"}
}

func localSetImage(c *call, a *pipeline.Activity) {
	setImage(c, a)
}

// yqEdit reads yq -i '.image.tag = "1"' values.yaml.
func yqEdit(c *call, a *pipeline.Activity) {
	operands := c.operands
	if len(operands) > 0 && isOneOf(operands[0].Text, "e|eval|eval-all|ea") {
		operands = operands[1:]
	}
	if len(operands) == 0 {
		return
	}
	a.Images = expressionImages(operands[0])
	a.Files = texts(operands[1:])
}

// yqWrite reads yq w -i values.yaml image.tag 1, as version 3 took it.
func yqWrite(c *call, a *pipeline.Activity) {
	if len(c.operands) < 4 {
		return
	}
	a.Files = texts(c.operands[1:2])
	a.Images = keyImages(c.operands[2].Text, c.operands[3])
}

// expressionImages reads the assignments of images in an expression of yq.
func expressionImages(word shell.Word) []pipeline.Operand {
	var all []pipeline.Operand
	for part := range strings.SplitSeq(word.Text, "|") {
		key, value, assigns := strings.Cut(part, "=")
		if !assigns || strings.HasPrefix(value, "=") {
			continue
		}
		one := word
		one.Text = strings.Trim(strings.TrimSpace(value), `"'\`)
		if variable, ok := strings.CutPrefix(one.Text, "strenv("); ok {
			one.Text = "$" + strings.TrimSuffix(variable, ")")
		} else if variable, ok := strings.CutPrefix(one.Text, "env("); ok {
			one.Text = "$" + strings.TrimSuffix(variable, ")")
		}
		if strings.HasPrefix(one.Text, "$") && len(one.Variables) == 0 {
			one.Variables, one.Known = []string{strings.TrimPrefix(one.Text, "$")}, false
		}
		all = append(all, keyImages(strings.TrimSpace(strings.TrimRight(key, " +*")), one)...)
	}
	return all
}

// keyImages is the image that a key of a manifest is set to.
func keyImages(key string, value shell.Word) []pipeline.Operand {
	last := strings.Trim(key[strings.LastIndexByte(key, '.')+1:], `"[] `)
	operand := operandOf(value)
	switch strings.ToLower(last) {
	case "image":
		return []pipeline.Operand{operand}
	case "tag", "newtag", "imagetag", "image_tag":
		operand.Tag = true
		return []pipeline.Operand{operand}
	}
	return nil
}

// editsManifest tells whether sed changes the image of a YAML file in place.
func editsManifest(c *call) bool {
	if !c.has("-i*|--in-place*|-ri|-Ei|-n -i") && !c.switched('i') {
		return false
	}
	manifest := false
	for _, file := range sedFiles(c) {
		lower := strings.ToLower(file.Text)
		yaml := strings.HasSuffix(lower, ".yaml") || strings.HasSuffix(lower, ".yml") || strings.HasSuffix(lower, ".json") || strings.HasSuffix(lower, ".env")
		other := isOneOf(lower[strings.LastIndexByte(lower, '/')+1:], "chart.yaml|package.json|package-lock.json|action.yml|action.yaml|composer.json|tsconfig.json|mkdocs.yml|pubspec.yaml|galaxy.yml|openapi.yaml|openapi.yml") || strings.Contains(lower, ".github/")
		manifest = manifest || yaml && !other
	}
	if !manifest {
		return false
	}
	for _, script := range sedScripts(c) {
		if text := strings.ToLower(script.Text); strings.Contains(text, "image") || strings.Contains(text, "tag") {
			return true
		}
	}
	return false
}

// sedScripts lists the scripts of sed: those of -e, or the first operand.
func sedScripts(c *call) []shell.Word {
	if scripts := c.values("-e|--expression"); len(scripts) > 0 {
		return scripts
	}
	return c.operands[:min(1, len(c.operands))]
}

func sedFiles(c *call) []shell.Word {
	if len(c.values("-e|--expression")) > 0 {
		return c.operands
	}
	return c.operands[min(1, len(c.operands)):]
}

func sedEdit(c *call, a *pipeline.Activity) {
	a.Files = texts(sedFiles(c))
	for _, script := range sedScripts(c) {
		if operand, ok := substituted(script); ok {
			a.Images = append(a.Images, operand)
		}
	}
}

// substituted reads the image that s|image: .*|image: app:$TAG| writes.
func substituted(script shell.Word) (pipeline.Operand, bool) {
	at := strings.IndexByte(script.Text, 's')
	if at < 0 || at+2 >= len(script.Text) {
		return pipeline.Operand{}, false
	}
	parts := strings.Split(script.Text[at+2:], script.Text[at+1:at+2])
	if len(parts) < 2 {
		return pipeline.Operand{}, false
	}
	if script.Text[at+1] == '/' {
		parts[1] = strings.TrimSuffix(strings.Join(parts[1:], "/"), "/"+parts[len(parts)-1])
		parts[1] = strings.ReplaceAll(parts[1], `\/`, "/")
	}
	key, value, found := strings.Cut(parts[1], ":")
	if !found {
		return pipeline.Operand{}, false
	}
	word := script
	word.Text = strings.Trim(strings.TrimSpace(value), `"'`)
	switch key = strings.ToLower(strings.Trim(key, ` "-\1`)); {
	case strings.HasSuffix(key, "image"):
		return operandOf(word), word.Text != ""
	case strings.HasSuffix(key, "tag"):
		operand := operandOf(word)
		operand.Tag = true
		return operand, word.Text != ""
	case strings.Contains(key, "/") && !strings.ContainsAny(key, `*\[`):
		word.Text = strings.TrimSpace(parts[1])
		return operandOf(word), true
	}
	return pipeline.Operand{}, false
}

// pushesBranch tells whether git push pushes what was committed before: more
// than a tag, and no commit that is named by its own.
func pushesBranch(c *call) bool {
	if s := c.scope.script; s.proposes.ask(func() bool { return proposal.MatchString(s.text) }) {
		return false // somebody has to merge it
	}
	for _, operand := range c.operands {
		source, _, refspec := strings.Cut(operand.Text, ":")
		if strings.Contains(operand.Text, "refs/tags/") || refspec && strings.Contains(strings.ToUpper(source), "SHA") {
			return false
		}
	}
	return true
}

// argocd reads the application that argocd app is told.
func argocd(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "application", Name: c.operand(2), Context: c.value("--server")}
	if a.Target.Name == "" {
		a.Target.Name = c.value("-l|--selector")
	}
}

func argocdSet(c *call, a *pipeline.Activity) {
	argocd(c, a)
	for _, image := range c.values("--kustomize-image") {
		if at := assignmentAt(image.Text); at > 0 {
			image = cut(image, at+1)
		}
		a.Images = append(a.Images, operandOf(image))
	}
	a.Images = append(a.Images, helmImages(c.values("--helm-set|--helm-set-string|-p|--parameter"))...)
}

func argocdWait(c *call, a *pipeline.Activity) {
	argocd(c, a)
	limit(c, a, "--timeout")
}

func flux(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: c.operand(1), Name: c.operand(2), Namespace: c.value("-n|--namespace"), Context: c.value("--context")}
	limit(c, a, "--timeout")
}

// proposal matches what opens a pull request.
var proposal = regexp.MustCompile(`gh pr create|glab mr create|merge_request\.create|hub pull-request`)
