package activity

import (
	"regexp"
	"slices"
	"strings"
)

// appliesWorkload tells whether what is applied may run images: what else is
// plainly named does not.
func appliesWorkload(c *call) bool {
	files := c.values("-f|--filename|-k|--kustomize")
	if len(files) == 0 {
		return true
	}
	for _, file := range files {
		if !plainlyNoWorkload(c, file.Text) {
			return true
		}
	}
	return false
}

// auxiliary are words in the names of manifests that run no image of one's own.
var auxiliary = []string{"namespace", "secret", "configmap", "rbac", "issuer", "certificate", "crd", "storageclass", "ingress", "networkpolicy", "serviceaccount"}

func plainlyNoWorkload(c *call, file string) bool {
	if file == "-" {
		return fromDryRun(c) || fromText(c)
	}
	if strings.HasPrefix(file, "http://") || strings.HasPrefix(file, "https://") {
		return true // a third party's: cert-manager, an operator, an ingress controller
	}
	if slices.ContainsFunc(wordsOf(file), func(word string) bool { return word == "crd" || word == "crds" }) {
		return true
	}
	base := strings.ToLower(file[strings.LastIndexByte(file, '/')+1:])
	for _, word := range auxiliary {
		if strings.Contains(base, word) && strings.HasSuffix(base, "ml") {
			return true
		}
	}
	return false
}

// ofAuxiliary are the kinds of objects that run nothing.
var ofAuxiliary = []string{"namespace", "secret", "configmap", "serviceaccount", "role", "rolebinding", "clusterrole", "clusterrolebinding", "networkpolicy", "storageclass", "persistentvolumeclaim", "resourcequota", "limitrange"}

// kindLine matches the kinds of the objects of a manifest, and of their lists.
var kindLine = regexp.MustCompile(`(?m)^\s*kind: *["']?([A-Za-z$]+)`)

// fromText tells whether the manifest stands in the script itself, and holds
// only objects that run nothing.
func fromText(c *call) bool {
	text := ""
	for i := c.index; i >= 0 && (i == c.index || c.scope.script.commands[i].Pipe == c.command.Pipe && c.command.Pipe >= 0); i-- {
		for _, redirect := range c.scope.script.commands[i].Redirect {
			if strings.HasPrefix(redirect.Op, "<<") {
				text += redirect.Target.Text + "\n"
			}
		}
	}
	kinds := kindLine.FindAllStringSubmatch(text, maxKinds)
	others := slices.ContainsFunc(kinds, func(m []string) bool { return !slices.Contains(ofAuxiliary, strings.ToLower(m[1])) })
	return len(kinds) > 0 && len(kinds) < maxKinds && !others
}

const maxKinds = 100 // objects of a manifest in a script

// fromDryRun tells whether what a pipe feeds to kubectl apply is a secret,
// namespace or config map that kubectl create --dry-run wrote.
func fromDryRun(c *call) bool {
	for i := c.index - 1; i >= 0 && i > c.index-8; i-- {
		before := &c.scope.script.commands[i]
		if before.Pipe != c.command.Pipe || before.Pipe < 0 {
			break
		}
		if before.Name == "kubectl" || before.Name == "oc" {
			create := parse(c.scope, i, "kubectl", before.Args)
			return create.operand(0) == "create" && create.operand(1) != "deployment" && create.has("--dry-run")
		}
	}
	return false
}
