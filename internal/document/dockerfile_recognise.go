package document

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// isDockerfile tells whether a file is a Dockerfile: by its name, where that
// is the usual one, and else by its content alone. With an empty text the name
// decides.
func isDockerfile(file, text string) bool {
	name := path.Base(file)
	switch {
	case plainDockerfileName.MatchString(name):
		return true
	case !dockerfileName.MatchString(name) || otherLanguage.MatchString(name):
		return startsLikeDockerfile(text) && isWholeDockerfile(text)
	}
	return text == "" || startsLikeDockerfile(text)
}

var (
	plainDockerfileName = regexp.MustCompile(`^(?i:dockerfile|containerfile)$`)
	dockerfileName      = regexp.MustCompile(`(?i)^(?:dockerfile|containerfile)[._-]|[._-](?:dockerfile|containerfile)$`)
	otherLanguage       = regexp.MustCompile(`(?i)\.(?:md|txt|rst|adoc|html?|go|py|js|ts|rb|rs|hs|java|kt|cs|sh|ps1|sql|json|ya?ml|toml|xml|dockerignore|vim|lua|el)$`)
)

// startsLikeDockerfile tells whether the first line that is neither blank nor
// comment is a FROM, or an ARG as it may stand before one.
func startsLikeDockerfile(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			return dockerfileStart.MatchString(line)
		}
	}
	return false
}

var dockerfileStart = regexp.MustCompile(`^(?i:FROM|ARG)\s+\S`)

// isWholeDockerfile tells whether a text is a Dockerfile whatever its name:
// every instruction is known and in capitals, every FROM has the form it must
// have, and there is more than FROM. Prose, SQL and model files are none.
func isWholeDockerfile(text string) bool {
	if len(text) > maxDockerfileBytes {
		return false
	}
	result, err := parseDockerfile(text)
	if err != nil {
		return false
	}
	stages, others := 0, 0
	for _, node := range result.AST.Children {
		switch {
		case !slices.Contains(dockerKeywords, node.Value):
			return false
		case node.Value == "FROM" && !isFrom(node):
			return false
		case node.Value == "FROM":
			stages++
		case node.Value != "ARG":
			others++
		}
	}
	return stages > 0 && others > 0
}

var dockerKeywords = []string{
	"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
	"ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}

func isFrom(node *parser.Node) bool {
	words := nodeValues(node)
	return len(words) == 1 || len(words) == 3 && strings.EqualFold(words[1], "as")
}

// nodeValues lists the values behind a node's keyword.
func nodeValues(node *parser.Node) []string {
	var values []string
	for n := node.Next; n != nil; n = n.Next {
		values = append(values, n.Value)
	}
	return values
}
