package activity

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// registryRows are the programs that push, copy, tag, sign and attest images.
var registryRows = []row{
	{words: "docker push", kind: pipeline.Push, read: dockerPush},
	{words: "docker image push", kind: pipeline.Push, read: dockerPush},
	{words: "docker manifest push", kind: pipeline.Push, read: operandsFrom(2)},
	{words: "docker manifest create|annotate", kind: ""},
	{words: "docker buildx imagetools create", kind: pipeline.Push, not: "--dry-run", read: tagFlags},
	{words: "docker-buildx imagetools create", kind: pipeline.Push, not: "--dry-run", read: tagFlags},
	{words: "docker compose push", kind: pipeline.Push, read: composePush},
	{words: "docker-compose push", kind: pipeline.Push, read: composePush},
	{words: "docker tag", kind: retag, read: lastOperand(2)},
	{words: "docker image tag", kind: retag, read: lastOperand(3)},
	{words: "buildah tag", kind: retag, read: lastOperand(2)},
	{words: "buildah push", kind: pipeline.Push, read: transported},
	{words: "buildah manifest push", kind: pipeline.Push, read: transported},
	{words: "img push", kind: pipeline.Push, read: operandsFrom(1)},
	{words: "manifest-tool push", kind: pipeline.Push, read: nothing},
	{words: "crane copy|cp", kind: pipeline.Push, read: craneCopy},
	{words: "crane push", kind: pipeline.Push, read: lastOperand(2)},
	{words: "crane tag", kind: pipeline.Push, read: craneTag},
	{words: "crane append|mutate|rebase|flatten", kind: pipeline.Push, read: craneTagged},
	{words: "gcrane copy|cp", kind: pipeline.Push, read: craneCopy},
	{words: "skopeo copy|sync", kind: pipeline.Push, read: skopeoCopy},
	{words: "regctl image copy|cp|mod", kind: pipeline.Push, read: regctlCopy},
	{words: "regctl index create", kind: pipeline.Push, read: operandsFrom(2)},
	{words: "oras push|copy|cp", kind: pipeline.Push, when: func(c *call) bool { return len(c.operands) > 1 }, read: orasPush},
	{words: "aws ecr put-image", kind: pipeline.Push, read: ecrTag},
	{words: "gcloud container images add-tag", kind: pipeline.Push, read: operandsFrom(4)},
	{words: "gcloud artifacts docker tags add", kind: pipeline.Push, read: operandsFrom(5)},
	{words: "az acr import", kind: pipeline.Push, read: azBuild},
	{words: "ctr images|image|i push", kind: pipeline.Push, read: operandsFrom(2)},
	{words: "helm push", kind: ""}, // a chart is no image
	{words: "depot build", kind: pipeline.Build, read: dockerBuild},
	{words: "depot bake", kind: pipeline.Build, read: bake},
	{words: "depot push", kind: pipeline.Push, read: tagFlags},

	{words: "cosign sign", kind: pipeline.Sign, read: operandsFrom(1)},
	{words: "notation sign", kind: pipeline.Sign, read: operandsFrom(1)},
	{words: "docker trust sign", kind: pipeline.Sign, read: operandsFrom(2)},
	{words: "cosign attest", kind: pipeline.Attest, read: operandsFrom(1)},
	{words: "cosign attach", kind: pipeline.Attest, read: operandsFrom(2)},
	{words: "docker build", kind: pipeline.Attest, with: "--attest|--provenance|--sbom", when: attests, read: tagFlags},
	{words: "docker buildx build|b", kind: pipeline.Attest, with: "--attest|--provenance|--sbom", when: attests, read: tagFlags},
	{words: "gh attestation verify", kind: ""},
	{words: "syft attest", kind: pipeline.Attest, read: operandsFrom(1)},
	{words: "witness run", kind: pipeline.Attest, read: nothing},
}

func tagFlags(c *call, a *pipeline.Activity) { a.Images = operandsOf(c.values("-t|--tag")) }

// attests tells whether a build attaches attestations: those switched off by
// false do not count.
func attests(c *call) bool {
	for _, f := range c.flags {
		if isOneOf(f.name, "--provenance|--sbom|--attest") && !(f.valued && (f.value.Text == "false" || strings.Contains(f.value.Text, "disabled=true"))) {
			return true
		}
	}
	return false
}

// lastOperand reads the operand at an index, the target of two.
func lastOperand(i int) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		if len(c.operands) > i {
			a.Images = operandsOf(c.operands[i : i+1])
		}
	}
}

// dockerPush reads docker push; podman's takes a second name to push to.
func dockerPush(c *call, a *pipeline.Activity) {
	from := 1
	if c.operand(0) == "image" {
		from = 2
	}
	if len(c.operands) <= from {
		return
	}
	target := withoutTransport(c.operands[len(c.operands)-1])
	a.Images = []pipeline.Operand{operandOf(target)}
	if c.on("-a|--all-tags") {
		a.Images = c.scope.finder.allTags(c.scope, target.Text)
	}
}

// transported reads buildah push IMAGE [docker://TARGET].
func transported(c *call, a *pipeline.Activity) {
	from := 1
	if c.operand(0) == "manifest" {
		from = 2
	}
	if len(c.operands) > from {
		a.Images = []pipeline.Operand{operandOf(withoutTransport(c.operands[len(c.operands)-1]))}
	}
}

// withoutTransport cuts docker:// off a name.
func withoutTransport(word shell.Word) shell.Word {
	if text, ok := strings.CutPrefix(word.Text, "docker://"); ok {
		word.Text = text
	}
	return word
}

func composePush(c *call, a *pipeline.Activity) { a.Images = c.scope.finder.composeImages(c) }

func craneCopy(c *call, a *pipeline.Activity) { lastOperand(2)(c, a) }

// craneTag reads crane tag IMAGE TAG: the image gets another tag.
func craneTag(c *call, a *pipeline.Activity) {
	if len(c.operands) < 3 {
		return
	}
	a.Images = []pipeline.Operand{joined(operandOf(c.operands[1]), ":", operandOf(c.operands[2]))}
}

// joined is an operand that two make together; a tag or digest takes the place
// of that which the first has. It stands where the second does.
func joined(a pipeline.Operand, between string, b pipeline.Operand) pipeline.Operand {
	parts := a.Parts
	if parts == nil {
		parts = []pipeline.OperandPart{{Operand: a}}
	}
	name := a.Text
	if between != "/" {
		name = repositoryOf(name)
	}
	parts = append(slices.Clone(parts), pipeline.OperandPart{Before: between, Operand: b})
	return pipeline.Operand{Text: name + between + b.Text, Word: b.Word, Path: b.Path, Parts: parts}
}

// repositoryOf cuts tag and digest off an image.
func repositoryOf(image string) string {
	if at := strings.IndexByte(image, '@'); at > 0 {
		image = image[:at]
	}
	colon := strings.LastIndexByte(image, ':')
	if colon > strings.LastIndexByte(image, '/') && !insideExpression(image, colon) {
		return image[:colon]
	}
	return image
}

// insideExpression tells whether an offset stands inside ${…} or ${{ … }}.
func insideExpression(text string, at int) bool {
	return strings.Count(text[:at], "{") > strings.Count(text[:at], "}")
}

func craneTagged(c *call, a *pipeline.Activity) {
	a.Images = operandsOf(c.values("-t|--tag|--new_tag"))
	if len(a.Images) == 0 {
		operandsFrom(1)(c, a)
	}
}

func skopeoCopy(c *call, a *pipeline.Activity) {
	if len(c.operands) < 3 || strings.Contains(c.operands[2].Text, ":") && !strings.Contains(c.operands[2].Text, "docker://") && !strings.HasPrefix(c.operands[2].Text, "$") && c.operand(0) == "copy" {
		return
	}
	a.Images = []pipeline.Operand{operandOf(withoutTransport(c.operands[2]))}
}

func regctlCopy(c *call, a *pipeline.Activity) { operandsFrom(3)(c, a) }

func orasPush(c *call, a *pipeline.Activity) {
	if c.operand(0) == "push" {
		a.Images = operandsOf(c.operands[1:2])
		return
	}
	lastOperand(2)(c, a)
}

// ecrTag reads aws ecr put-image, which names the registry nowhere.
func ecrTag(c *call, a *pipeline.Activity) {
	for _, tag := range c.values("--image-tag") {
		operand := operandOf(tag)
		operand.Tag = true
		a.Images = append(a.Images, operand)
	}
}
